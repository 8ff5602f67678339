import fs from 'node:fs'; import attempts from '../attempt.cjs'; const { enterFolder, attempt } = attempts; enterFolder({ file: 'x', 'd/e': '' });
{ using dir = fs.opendirSync('d'); console.log(dir.readSync().name); }
{ await using dir = await fs.promises.opendir('d'); console.log((await dir.read()).name); }
{ await using handle = await fs.promises.open('file'); console.log((await handle.read()).bytesRead); }
{ await using stream = fs.createReadStream('file'); stream.on('error', (error) => console.log(error.code)).on('close', () => console.log('stream closed')); }
attempt(() => typeof fs.Utf8Stream, () => fs.openAsBlob.length, () => Object.keys(fs.promises).sort().join(), () => Object.keys(fs).sort().join());
