const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ file: '1', 'sub/x': '' });
attempt(() => fs.watch('none'), () => fs.watch('file', { encoding: 'zz' }), () => fs.watch('file', 5), () => fs.watch('.', { recursive: 'x' }), () => fs.watch('.', { signal: 5 }));
const controller = new AbortController(); const seen = new Set(); const watcher = fs.watch('.', { signal: controller.signal }, (event, name) => { seen.add(`${event} ${name}`); }); watcher.on('close', () => console.log('close', [...seen].sort())).on('error', (error) => console.log('error', error));
setTimeout(() => { fs.writeFileSync('new', 'x'); fs.unlinkSync('new'); fs.renameSync('file', 'moved'); setTimeout(() => { controller.abort(); console.log('aborted'); }, 150); }, 50);
