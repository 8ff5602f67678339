const util = require('node:util');
console.log(util.isDeepStrictEqual({ a: [1, new Set([{ b: 1 }])] }, { a: [1, new Set([{ b: 1 }])] }), util.isDeepStrictEqual([0], [-0]));
util.promisify(setTimeout)(1, 'v').then(console.log); util.promisify((callback) => callback(null, 'p'))().then(console.log); util.callbackify(async (x) => x * 2)(4, (error, value) => console.log(error, value)); util.callbackify(async () => { throw null; })((error) => console.log(error.code, error.message));
console.log(util.parseArgs({ args: ['-f', '--bar', 'b', 'pos'], options: { foo: { type: 'boolean', short: 'f' }, bar: { type: 'string' } }, allowPositionals: true }));
try { util.parseArgs({ args: ['--nope'] }); } catch (error) { console.log(error.code, error.message); }
const old = util.deprecate(() => 'result', 'old() is deprecated', 'DEP1'); console.log(old(), old());
console.log(util.getSystemErrorName(-2), util.getSystemErrorMap().get(-13), util.types.isBoxedPrimitive(Object(1n)), util.inherits.length, util.debuglog('x').enabled, util.stripVTControlCharacters.name, util.parseEnv('A=1\nB="x y" # c\nC=\'z\''), util.getSystemErrorMessage(-2));
console.log(new util.MIMEType('text/html; charset=utf-8'), String(new util.MIMEType('a/b;c="d e"')), util.aborted.length, util.diff?.('a', 'b'));
