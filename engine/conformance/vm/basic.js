const vm = require('node:vm');
console.log(vm.runInThisContext('1 + 1'), vm.runInNewContext('a + b', { a: 1, b: 2 }), typeof vm.runInNewContext('globalThis'));
const context = vm.createContext({ console, x: 1 }); vm.runInContext('x += 10; var y = x; function f() { return y }', context); console.log(context.x, context.y, context.f(), vm.isContext(context));
const script = new vm.Script('throw new Error("in script")', { filename: 'made-up.js', lineOffset: 9 }); try { script.runInThisContext(); } catch (error) { console.log(error.stack.split('\n').slice(0, 2).join('|')); }
try { new vm.Script('let let', { filename: 'bad.js' }); } catch (error) { console.log(error.name, error.message); } console.log(vm.compileFunction('return a + b', ['a', 'b'])(1, 2)); console.log(vm.runInNewContext('Array') === Array, vm.runInNewContext('[] instanceof Array'));
