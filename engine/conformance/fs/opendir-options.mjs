import fs from 'node:fs'; import attempts from '../attempt.cjs'; const { attempt, attemptAsync, enterFolder } = attempts; enterFolder({ 'b/two': '', 'b/c/three': '', a: '' });
attempt(() => fs.opendirSync('none'), () => fs.opendirSync('a'), () => fs.opendirSync('b', { bufferSize: 0 }), () => fs.opendirSync('b', { encoding: 'bogus' }), () => fs.opendirSync(5));
const names = []; for await (const entry of await fs.promises.opendir('.', { recursive: true, bufferSize: 1 })) names.push(`${entry.parentPath}/${entry.name}`); console.log(names.sort());
await attemptAsync(() => fs.promises.opendir('none'), async () => { const dir = await fs.promises.opendir('b'); await dir.close(); return dir.close(); }, async () => { const dir = await fs.promises.opendir('b'); const first = dir.read(); try { dir.readSync(); } finally { await first; await dir.close(); } });
const dir = fs.opendirSync('b', { encoding: 'buffer' }); console.log(dir.path, Buffer.isBuffer(dir.readSync().name)); dir.close((error) => { console.log(error); dir.close((error) => console.log(error.code, error.message)); });
attempt(() => dir.read(5), () => dir.close(5), () => dir);
