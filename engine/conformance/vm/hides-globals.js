// What a script declares at its top hides globals of the same name, and leaves them as they are.
const vm = require('node:vm');
const { Worker } = require('node:worker_threads');

console.log(vm.runInThisContext("const navigator = 'mine'; let fetch = 2; class URL {} [navigator, fetch, URL.name, new URL() instanceof globalThis.URL].join()"));
console.log(typeof globalThis.navigator, typeof globalThis.fetch, globalThis.URL.length);
console.log(vm.runInThisContext('const fresh = 3; fresh'), vm.runInThisContext('fresh + 1'));
const source = "const crypto = require('node:crypto'); console.log(typeof crypto.createHash, typeof globalThis.crypto.subtle)";
new Worker(source, { eval: true });
