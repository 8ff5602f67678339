// node: --no-warnings
const { WASI } = require('node:wasi');
const wasi = new WASI({ version: 'preview1' });
const { wasiImport } = wasi;
console.log(Object.keys(wasiImport).join());
console.log(Object.entries(wasiImport).map(([, value]) => `${value.name}/${value.length}`).join());
const prototype = Object.getPrototypeOf(wasiImport);
console.log(prototype.constructor.name, Object.entries(prototype).map(([name, value]) => `${name}=${value.name}/${value.length}`).join());
console.log(Object.getOwnPropertyDescriptor(prototype, 'fd_close'), Object.getOwnPropertyNames(prototype).length);
console.log(Object.keys(wasi), Object.getOwnPropertyNames(WASI.prototype));
for (const work of [() => wasiImport.sched_yield(), () => wasiImport.fd_close(99), () => wasiImport.fd_close('x'), () => wasiImport.fd_close(), () => wasiImport.proc_raise(99)]) {
  try {
    console.log(work());
  } catch (error) {
    console.log(error.name, error.code, error.message, String(error));
  }
}
for (const preopens of [{ '/a': '/no/such' }, { '/a': __filename }]) {
  try {
    new WASI({ version: 'preview1', preopens });
  } catch (error) {
    console.log(error.name, error.message, { ...error });
  }
}
try {
  new WASI({ version: 'preview1', stdin: 88 });
} catch (error) {
  console.log(error.name, error.message, { ...error });
}
