const { format, formatWithOptions, styleText, stripVTControlCharacters, toUSVString, inspect } = require('node:util');
console.log(format('%s %d %i %f %j %o %O %c %%', 'a', '42', 3.9, '1.5', { a: 1 }, { f() {} }, { b: [1] }, 'css', 'extra', { x: 1 }));
console.log(format('%s', null, undefined, 5n, Symbol('s'), -0, { a: 1 }, [1, 'x'], class A {}, () => {}, new Error('e').message), format(1, 2, 'three'), format('%d %i', 5n, 'x'), format('a%', 1), format('%x', 1), format('%s %s', 'one'));
console.log(format('%s', { toString() { return 'own'; } }), format('%s', new Date(0)), format('%j', { toJSON() { throw new Error('no'); } === 1 }), formatWithOptions({ colors: true }, '%O', { a: 1 }));
console.log(JSON.stringify(styleText('red', 'x', { validateStream: false })), stripVTControlCharacters('\u001b[31mred\u001b[0m'), toUSVString('\ud800'));
const circular = {}; circular.c = circular; console.log(format('%j', circular)); console.table([{ a: 1, b: 'x' }, { a: 2, c: true }]); console.table(new Map([['k', 1]])); console.dir({ a: { b: { c: {} } } }, { depth: 0 });
console.group('group'); console.log('inside\ntwo lines'); console.groupEnd(); console.count(); console.count('x'); console.countReset(); console.count(); console.assert(false, 'asserted %s', 'text'); console.error('to stderr %d', 5); console.info('info'); console.debug('debug'); console.warn('warn');
