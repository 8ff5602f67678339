console.log(Promise.resolve(5), new Promise(() => {}));
const rejected = Promise.reject(new Error('no')); rejected.catch(() => {});
console.log(require('node:util').inspect(rejected).split('\n')[0]);
(async () => {})().then(() => {});
const later = (async () => { await null; return 'done'; })(); console.log(later); setTimeout(() => console.log(later), 1);
