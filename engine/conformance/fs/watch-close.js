const fs = require('node:fs'); const { enterFolder } = require('../attempt.cjs'); enterFolder({ file: '1' });
const watcher = fs.watch('file', { persistent: false }); watcher.on('close', () => console.log('close')); console.log(watcher.constructor.name, watcher.ref() === watcher, watcher.unref() === watcher); watcher.close(); watcher.close(); console.log('closed twice');
const other = fs.watchFile('file', { interval: 5000, bigint: true }, () => {}); console.log(other.constructor.name); fs.unwatchFile('file'); fs.unwatchFile('never watched');
const unwatched = fs.watch('.', { persistent: false }); unwatched.on('change', () => {}); process.on('exit', () => console.log('ends by itself'));
