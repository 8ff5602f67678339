// node: --no-warnings
// input: "from outside"
// A module in WebAssembly that copies standard input to standard output: (fd_read 0) (fd_write 1) (proc_exit 5).
import { WASI } from 'node:wasi';
const name = (text) => [text.length, ...Buffer.from(text)];
const section = (id, bytes) => [id, bytes.length, ...bytes];
const imported = (field, type) => [...name('wasi_snapshot_preview1'), ...name(field), 0, type];
const constant = (value) => (value < 64 ? [0x41, value] : [0x41, (value & 0x7f) | 0x80, value >> 7]);
const body = [0, ...constant(16), ...constant(64), 0x36, 2, 0, ...constant(20), ...constant(64), 0x36, 2, 0];
body.push(...constant(0), ...constant(16), ...constant(1), ...constant(8), 0x10, 0, 0x1a);
body.push(...constant(20), ...constant(8), 0x28, 2, 0, 0x36, 2, 0);
body.push(...constant(1), ...constant(16), ...constant(1), ...constant(8), 0x10, 1, 0x1a, ...constant(5), 0x10, 2, 0x0b);
const bytes = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...section(1, [3, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 0, 0]),
  ...section(2, [3, ...imported('fd_read', 0), ...imported('fd_write', 0), ...imported('proc_exit', 1)]),
  ...section(3, [1, 2]),
  ...section(5, [1, 0, 1]),
  ...section(7, [2, ...name('memory'), 2, 0, ...name('_start'), 0, 3]),
  ...section(10, [1, body.length, ...body]),
]);
const wasi = new WASI({ version: 'preview1' });
const { instance } = await WebAssembly.instantiate(bytes, wasi.getImportObject());
console.log('', wasi.start(instance));
