const { inspect } = require('node:util');
const value = { z: [1, 2, { y: 'text' }], a: new Map([['k', 1]]), get g() { return { deep: 1 }; }, long: 'word '.repeat(30), date: new Date(1e12) };
for (const options of [{}, { colors: true }, { compact: 1 }, { compact: false }, { breakLength: 40 }, { sorted: true }, { getters: true }, { showHidden: true }, { maxArrayLength: 1 }, { maxStringLength: 5 }, { numericSeparator: true }, { depth: 0 }]) console.log(inspect(value, options));
console.log(inspect(123456789.12345, { numericSeparator: true }), inspect({ [inspect.custom](depth, options, own) { return `custom ${depth} ${typeof options.stylize} ${own === inspect}`; } }), inspect({ toString: null, constructor: 5 }), inspect(new (class { get [Symbol.toStringTag]() { return 'Tagged'; } })()));
class Parent { constructor() { this.p = 1; } } class Child extends Parent {} console.log(new Child(), Object.setPrototypeOf(new Child(), null), Object.create(Child.prototype), Child, Parent.prototype, Object.create(Parent));
console.log(inspect(new (class extends Array {})(3)), inspect(Object.assign([1, 2], { extra: true, '-1': 0 })), [undefined, null], { undefined: undefined });
