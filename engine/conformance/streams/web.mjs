import { Readable } from 'node:stream';
import { text, json, arrayBuffer } from 'node:stream/consumers';
const stream = new ReadableStream({ start(controller) { controller.enqueue('one'); controller.enqueue('two'); controller.close(); } });
const [left, right] = stream.tee();
console.log(await Array.fromAsync(left), await Array.fromAsync(right.pipeThrough(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk.length); } }))));
console.log(await text(Readable.from(['a', 'b'])), await json(Readable.from(['{"a":1}'])), (await arrayBuffer(new Blob(['abc']).stream())).byteLength);
console.log(await text(Readable.toWeb(Readable.from([Buffer.from('web')]))));
console.log(await text(new Blob(['zip me']).stream().pipeThrough(new CompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip'))));
console.log(new ReadableStream(), new WritableStream().locked);
