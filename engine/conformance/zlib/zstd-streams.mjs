// Zstandard in streams: chunks, flushes, pipelines, and a response that says "content-encoding: zstd".
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress, constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';

const collect = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
};
const text = 'some text to compress, again and again; '.repeat(3000);
for (const chunkSize of [64, 16384]) {
  const compress = createZstdCompress({ chunkSize });
  const [parts] = await Promise.all([collect(compress), pipeline(Readable.from([text.slice(0, 50000), text.slice(50000)]), compress)]);
  console.log(parts.length, Buffer.concat(parts).toString('hex'), compress.bytesWritten);
  const back = await collect(Readable.from(parts).pipe(createZstdDecompress()));
  console.log(back.length, Buffer.concat(back).toString() === text);
}

const stream = createZstdCompress();
const sizes = [];
stream.on('data', (part) => sizes.push(part.length));
await promisify(stream.write.bind(stream))('first');
await promisify(stream.flush.bind(stream))();
await promisify(stream.write.bind(stream))('second');
await promisify(stream.flush.bind(stream))(constants.ZSTD_e_end);
await new Promise((resolve) => stream.on('end', resolve).end('third'));
console.log(sizes);

console.log(String(await promisify(zstdDecompress)(await promisify(zstdCompress)('callback'))));
await collect(Readable.from([Buffer.from('nothing of the kind')]).pipe(createZstdDecompress())).catch(({ code, errno, message }) =>
  console.log(code, errno, message),
);

const server = createServer(async (request, response) => {
  response.setHeader('content-encoding', 'zstd');
  response.end(await promisify(zstdCompress)(`asked for ${request.url}`));
}).listen(0, async () => {
  const response = await fetch(`http://localhost:${server.address().port}/page`);
  console.log(response.status, response.headers.get('content-encoding'), await response.text());
  server.close();
});
