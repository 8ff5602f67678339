// node: --no-warnings
const { WASI } = require('node:wasi');
process.on('exit', () => console.log('not seen'));
const wasi = new WASI({ version: 'preview1', returnOnExit: false });
wasi.start({ exports: { memory: new WebAssembly.Memory({ initial: 1 }), _start: () => wasi.wasiImport.proc_exit(42) } });
console.log('not reached');
