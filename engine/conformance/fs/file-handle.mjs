import { open, rm } from 'node:fs/promises'; import { tmpdir } from 'node:os'; import { join } from 'node:path';
const file = join(tmpdir(), `handle-${process.pid}`); const handle = await open(file, 'w+');
console.log((await handle.write('one\ntwo\n')).bytesWritten, (await handle.writev([Buffer.from('three'), Buffer.from('\n')])).bytesWritten, (await handle.read({ buffer: Buffer.alloc(3), position: 0 })).buffer.toString(), (await handle.stat()).size);
for await (const line of handle.readLines({ start: 0, autoClose: false })) console.log('line', line);
console.log(await handle.truncate(3), (await handle.readFile({ encoding: 'utf8' })).length, handle.fd > 2); await handle.close(); console.log(handle.fd, await handle.read().catch((error) => error.code));
const stream = (await open(file)).createReadStream({ encoding: 'utf8' }); for await (const chunk of stream) console.log('chunk', chunk);
{ await using scoped = await open(file, 'a'); await scoped.appendFile('!'); } const web = await open(file); for await (const chunk of web.readableWebStream()) console.log(Buffer.from(chunk).toString()); await web.close();
await rm(file);
