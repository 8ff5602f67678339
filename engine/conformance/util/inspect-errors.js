const { inspect } = require('node:util');
const show = (error) => console.log(inspect(error).split('\n').filter((line) => !/^\s+at /.test(line)).join('\n'));
class CustomError extends Error { constructor(message) { super(message); this.extra = 1; } } show(new CustomError('custom'));
show(new Error('outer', { cause: new TypeError('inner') })); show(Object.assign(new Error('m'), { name: 'Renamed' })); show(new AggregateError([new Error('a')], 'agg'));
const noStack = new Error('no stack'); noStack.stack = undefined; show(noStack); const text = new Error('text'); text.stack = 'just text'; show(text); show(Object.create(new Error('proto'))); show([new Error('in array')]); show({ e: new RangeError('r') });
const e = new Error(''); e.name = ''; show(e); show(new DOMException('dom', 'AbortError')); class NoName extends Error {} NoName.prototype.name = 'Other'; show(new NoName('x')); show(new SyntaxError('multi\nline'));
