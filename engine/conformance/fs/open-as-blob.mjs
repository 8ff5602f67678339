import fs from 'node:fs'; import attempts from '../attempt.cjs'; const { enterFolder, attemptAsync } = attempts; enterFolder({ file: 'hello blob' });
const blob = await fs.openAsBlob('file', { type: 'text/plain' });
await attemptAsync(() => blob, () => blob.text(), () => blob.slice(6).text(), () => blob.slice(0, 5, 'x/y').type, async () => Buffer.from(await blob.arrayBuffer()), async () => (await Array.fromAsync(blob.stream())).length, () => fs.openAsBlob('none'), () => fs.openAsBlob('file', { type: 5 }), () => fs.openAsBlob(5));
