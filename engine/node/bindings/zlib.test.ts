import { describe, expect, it } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

/** `text` compresses well, `noise` does not; `drive` feeds a stream in pieces and prints what comes out. */
const PRELUDE = `
const zlib = require('zlib');
const { inspect } = require('util');
const { createHash } = require('crypto');
const noise = (size, seed = 1) => {
  const bytes = Buffer.alloc(size);
  for (let i = 0, x = seed >>> 0; i < size; i++) bytes[i] = (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 24;
  return bytes;
};
const words = 'the quick brown fox jumps over lazy dog function return const import export class <div> </div> { } => 0 1 2'.split(' ');
const text = (size) => { let out = ''; for (const byte of noise(size)) { out += words[byte % words.length] + (byte % 7 ? ' ' : '\\n'); if (out.length >= size) break; } return Buffer.from(out.slice(0, size)); };
const brief = (bytes) => bytes.length + ' ' + createHash('sha1').update(bytes).digest('hex');
const show = (label, compute) => {
  try { const value = compute(); console.log(label, Buffer.isBuffer(value) ? brief(value) : inspect(value)); }
  catch (error) { console.log(label, error.constructor.name, error.message, inspect({ ...error })); }
};
const drive = (stream, data, step) => new Promise((resolve) => {
  const parts = [];
  stream.on('data', (part) => parts.push(part)).on('error', (error) => resolve(error.message + ' ' + error.code + ' ' + error.errno + ' after ' + brief(Buffer.concat(parts))));
  stream.on('end', () => resolve(parts.length + ' parts ' + brief(Buffer.concat(parts)) + ' ' + stream.bytesWritten));
  for (let offset = 0; offset < data.length; offset += step) stream.write(data.subarray(offset, offset + step));
  stream.end();
});
`;

function expectSame(script: string): void {
  const ours = runOnBindings(['zlib'], PRELUDE + script);
  const native = runNative(PRELUDE + script);
  expect(native.stdout).not.toBe('');
  expect(ours.stdout).toBe(native.stdout);
  expect({ status: ours.status, stderr: ours.stderr }).toEqual({ status: native.status, stderr: native.stderr });
}

describe('zlib.deflateSync and the like', () => {
  it('gives the bytes that native gives, at every level, strategy, window and memory level', () => {
    expectSame(`
      const inputs = { empty: Buffer.alloc(0), word: Buffer.from('hello hello'), text: text(150000), noise: noise(70000), zeros: Buffer.alloc(100000), mixed: Buffer.concat([noise(40000), text(40000), Buffer.alloc(9999)]) };
      for (const [name, input] of Object.entries(inputs)) {
        for (const method of ['deflateSync', 'gzipSync', 'deflateRawSync']) {
          for (let level = -1; level <= 9; level++) show(name + ' ' + method + ' ' + level, () => zlib[method](input, { level }));
          for (let strategy = 0; strategy <= 4; strategy++) show(name + ' ' + method + ' strategy ' + strategy, () => zlib[method](input, { strategy, level: 7 }));
        }
      }
      for (let windowBits = 9; windowBits <= 15; windowBits++)
        for (let memLevel = 1; memLevel <= 9; memLevel += 2) {
          for (const level of [1, 5, 9]) show([windowBits, memLevel, level], () => zlib.deflateSync(inputs.mixed, { windowBits, memLevel, level }));
          show([windowBits, memLevel], () => zlib.inflateSync(zlib.deflateSync(inputs.mixed, { windowBits, memLevel }), { windowBits }));
        }
      show('window 8', () => zlib.deflateSync(inputs.text, { windowBits: 8 }));
      show('window too small', () => zlib.inflateSync(zlib.deflateSync(inputs.text), { windowBits: 9 }));
    `);
  }, 60_000);

  it('inflates everything back', () => {
    expectSame(`
      for (const input of [Buffer.alloc(0), Buffer.from('x'), text(300000), noise(100000), Buffer.alloc(500000)]) {
        show('inflate', () => zlib.inflateSync(zlib.deflateSync(input)));
        show('gunzip', () => zlib.gunzipSync(zlib.gzipSync(input)));
        show('raw', () => zlib.inflateRawSync(zlib.deflateRawSync(input)));
        show('unzip', () => [zlib.unzipSync(zlib.gzipSync(input)), zlib.unzipSync(zlib.deflateSync(input))].map(brief));
        show('info', () => zlib.deflateSync(input, { info: true }).engine.bytesWritten);
      }
    `);
  });

  it('takes strings, views and shared memory', () => {
    expectSame(`
      const shared = new Uint8Array(new SharedArrayBuffer(300)).fill(7);
      show('string', () => zlib.gzipSync('grüße'));
      for (const input of [shared, shared.buffer, new Float64Array([1, 2]), new DataView(new ArrayBuffer(20), 3)]) show('bytes', () => zlib.inflateSync(zlib.deflateSync(input)));
      show('type', () => zlib.gzipSync(1));
    `);
  });
});

describe('zlib errors', () => {
  it('are native\'s for truncated, damaged and foreign input', () => {
    expectSame(`
      const whole = { gzip: zlib.gzipSync(text(5000)), deflate: zlib.deflateSync(text(5000)), raw: zlib.deflateRawSync(text(5000)) };
      const method = { gzip: 'gunzipSync', deflate: 'inflateSync', raw: 'inflateRawSync' };
      for (const kind of Object.keys(whole)) {
        for (const size of [0, 1, 2, 3, 9, 10, 11, 100, whole[kind].length - 9, whole[kind].length - 1]) {
          show(kind + ' ' + size, () => zlib[method[kind]](whole[kind].subarray(0, size)));
          show(kind + ' partial ' + size, () => zlib[method[kind]](whole[kind].subarray(0, size), { finishFlush: zlib.constants.Z_SYNC_FLUSH }));
        }
        for (let at = 0; at < whole[kind].length; at += at < 20 ? 1 : 97) {
          const damaged = Buffer.from(whole[kind]); damaged[at] ^= 0x55;
          show(kind + ' damaged at ' + at, () => zlib[method[kind]](damaged));
          const ended = Buffer.from(whole[kind]); ended[ended.length - 1 - at % 8] ^= 1;
          show(kind + ' damaged end ' + at, () => zlib[method[kind]](ended));
        }
        show(kind + ' unzip', () => zlib.unzipSync(whole[kind]));
      }
      show('text', () => zlib.unzipSync('plain text')); show('text', () => zlib.gunzipSync('plain text')); show('text', () => zlib.inflateSync('plain text'));
      show('limit', () => zlib.gunzipSync(whole.gzip, { maxOutputLength: 100 }));
    `);
  });

  it('reach callbacks and streams', () => {
    expectSame(`
      const { promisify } = require('util');
      console.log(await drive(zlib.createGunzip(), zlib.gzipSync(text(5000)).subarray(0, 500), 100));
      console.log(await drive(zlib.createInflate(), Buffer.from('no zlib'), 2));
      await promisify(zlib.gunzip)(Buffer.from('x')).catch((error) => console.log(error.message, error.code));
      await promisify(zlib.inflate)(Buffer.from('xxxxx')).catch((error) => console.log(error.message, error.code));
      console.log(brief(await promisify(zlib.gzip)(text(100000))));
    `);
  });
});

describe('zlib gzip members', () => {
  it('follow one another, with padding, garbage, and pieces of any size', () => {
    expectSame(`
      const two = Buffer.concat([zlib.gzipSync('first'), zlib.gzipSync(text(3000))]);
      const variants = {
        two, padded: Buffer.concat([two, Buffer.alloc(10)]), garbage: Buffer.concat([two, Buffer.from('garbage after the end')]), lookalike: Buffer.concat([two, Buffer.from([0x1f, 0x8b, 8, 0, 1, 2])]),
        one: Buffer.concat([two, Buffer.from([0x1f])]), deflate: Buffer.concat([zlib.deflateSync('abc'), Buffer.from('tail')]), between: Buffer.concat([zlib.gzipSync('a'), Buffer.alloc(4), zlib.gzipSync('b')]),
      };
      for (const [name, data] of Object.entries(variants)) {
        for (const rejectGarbageAfterEnd of [false, true]) {
          show(name + rejectGarbageAfterEnd, () => zlib.gunzipSync(data, { rejectGarbageAfterEnd }).toString().slice(0, 20));
          show(name + rejectGarbageAfterEnd, () => zlib.unzipSync(data, { rejectGarbageAfterEnd }).toString().slice(0, 20));
          show(name + rejectGarbageAfterEnd, () => zlib.inflateSync(data, { rejectGarbageAfterEnd }).toString().slice(0, 20));
          for (const step of [1, 2, 7, 100, 100000]) {
            console.log(name, step, await drive(zlib.createGunzip({ rejectGarbageAfterEnd }), data, step), '|', await drive(zlib.createUnzip({ rejectGarbageAfterEnd }), data, step));
          }
        }
      }
    `);
  }, 30_000);
});

describe('zlib streams', () => {
  it('give native\'s bytes in native\'s pieces', () => {
    expectSame(`
      const data = Buffer.concat([text(60000), noise(20000)]);
      for (const create of ['createGzip', 'createDeflate', 'createDeflateRaw'])
        for (const step of [1000, 4097, 80000])
          for (const chunkSize of [64, 1000, 16384])
            console.log(create, step, chunkSize, await drive(zlib[create]({ chunkSize }), data, step));
      const packed = zlib.deflateSync(data);
      for (const step of [1, 13, 1000, 100000]) for (const chunkSize of [64, 16384]) console.log('inflate', step, await drive(zlib.createInflate({ chunkSize }), packed, step));
    `);
  }, 60_000);

  it('flush after every piece so that what was written can be read', () => {
    // pako writes the last bits of a flush later than zlib does when the output is full just then: compare what comes out at the other end.
    expectSame(`
      const data = Buffer.concat([text(20000), noise(5000)]);
      for (const create of ['createGzip', 'createDeflate', 'createDeflateRaw'])
        for (const chunkSize of [64, 1000, 16384])
          for (const flush of [1, 2, 3, 5]) {
            const stream = zlib[create]({ chunkSize, flush }); const back = zlib[create.replace('Gzip', 'Gunzip').replace('Deflate', 'Inflate')]();
            stream.pipe(back); let read = Buffer.alloc(0); back.on('data', (part) => { read = Buffer.concat([read, part]); });
            for (let offset = 0; offset < data.length; offset += 1000) {
              stream.write(data.subarray(offset, offset + 1000));
              if (flush === 2 || flush === 3) { while (read.length < Math.min(data.length, offset + 1000)) await new Promise(setImmediate); }
            }
            await new Promise((resolve) => { back.on('end', resolve); stream.end(); });
            console.log(create, chunkSize, flush, read.equals(data));
          }
      for (const flush of [1, 2, 3, 5]) console.log(flush, await drive(zlib.createDeflate({ flush }), data, 4000));
    `);
  }, 30_000);

  it('flush, change parameters and start again on request', () => {
    expectSame(`
      const { promisify } = require('util');
      for (const create of ['createGzip', 'createDeflate', 'createDeflateRaw']) {
        for (const [level, strategy] of [[0, 0], [1, 0], [9, 0], [6, 2], [3, 3], [9, 4]]) {
          const stream = zlib[create]({ level: 6 }); const parts = []; stream.on('data', (part) => parts.push(part));
          const finished = new Promise((resolve) => stream.on('end', resolve));
          await promisify(stream.write.bind(stream))(text(30000));
          await promisify(stream.flush.bind(stream))();
          await promisify(stream.write.bind(stream))(text(10000));
          await promisify(stream.flush.bind(stream))(zlib.constants.Z_SYNC_FLUSH);
          await promisify(stream.params.bind(stream))(level, strategy);
          await promisify(stream.write.bind(stream))(text(40000));
          await promisify(stream.params.bind(stream))(5, 0);
          stream.end(text(20000)); await finished;
          console.log(create, level, strategy, brief(Buffer.concat(parts)));
        }
        const stream = zlib[create](); const parts = []; stream.on('data', (part) => parts.push(part));
        const finished = new Promise((resolve) => stream.on('end', resolve));
        await promisify(stream.write.bind(stream))('dropped'); stream.reset(); stream.end('kept'); await finished;
        console.log('reset', Buffer.concat(parts).toString('hex'));
      }
    `);
  });

  it('use dictionaries', () => {
    expectSame(`
      const dictionary = Buffer.from(words.join(' ').repeat(3));
      for (const [pack, unpack] of [['deflateSync', 'inflateSync'], ['deflateRawSync', 'inflateRawSync'], ['gzipSync', 'gunzipSync']]) {
        for (const given of [dictionary, noise(50000), Buffer.alloc(2)]) {
          show(pack, () => zlib[pack](text(2000), { dictionary: given }));
          show(unpack, () => zlib[unpack](zlib[pack](text(2000), { dictionary: given }), { dictionary: given }));
          show(unpack + ' without', () => zlib[unpack](zlib[pack](text(2000), { dictionary: given })));
          show(unpack + ' wrong', () => zlib[unpack](zlib[pack](text(2000), { dictionary: given }), { dictionary: Buffer.from('wrong') }));
        }
      }
      console.log(await drive(zlib.createInflate({ dictionary }), zlib.deflateSync(text(500), { dictionary }), 3));
      show('empty', () => zlib.deflateSync('abc', { dictionary: Buffer.alloc(0) }));
    `);
  });

  it('close while they work', () => {
    expectSame(`
      const stream = zlib.createGzip(); stream.write(text(100000)); stream.close(() => console.log('closed', stream.destroyed, stream._handle));
      await new Promise((resolve) => setTimeout(resolve, 20));
      show('after', () => stream.reset());
    `);
  });
});

describe('zlib.crc32', () => {
  it('continues from a value', () => {
    expectSame(`
      for (const data of ['', 'a', 'grüße', text(50000), noise(16384), new Uint16Array([1, 500])]) for (const value of [0, 1, 0xffffffff, 0x12345678]) show(value, () => zlib.crc32(data, value));
      show('type', () => zlib.crc32({}));
    `);
  });
});
