import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

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
  it("are native's for truncated, damaged and foreign input", () => {
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
  it("give native's bytes in native's pieces", () => {
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

describe('zlib.brotliCompressSync', () => {
  it('gives the bytes that native gives, for every quality, mode and window', () => {
    expectSame(`
      const { constants: c } = zlib;
      const inputs = { empty: Buffer.alloc(0), word: Buffer.from('hello hello'), text: text(40000), noise: noise(30000), zeros: Buffer.alloc(100000) };
      for (const [name, input] of Object.entries(inputs))
        for (let quality = 0; quality <= 11; quality++)
          for (const [mode, lgwin] of [[0, 22], [1, 16], [2, 10], [0, 24], [0, 17]])
            show([name, quality, mode, lgwin], () => zlib.brotliCompressSync(input, { params: { [c.BROTLI_PARAM_QUALITY]: quality, [c.BROTLI_PARAM_MODE]: mode, [c.BROTLI_PARAM_LGWIN]: lgwin } }));
      show('clamped', () => zlib.brotliCompressSync('a', { params: { [c.BROTLI_PARAM_QUALITY]: 99, [c.BROTLI_PARAM_LGWIN]: 99 } }));
      show('hint', () => zlib.brotliCompressSync(text(9000), { params: { [c.BROTLI_PARAM_SIZE_HINT]: 9000 } }));
      show('large', () => zlib.brotliCompressSync(text(1500000), { params: { [c.BROTLI_PARAM_QUALITY]: 5 } }));
      show('parameter', () => zlib.brotliCompressSync('a', { params: { 77: 1 } }));
      for (const value of [0, 2, 130, false]) show('switch ' + value, () => zlib.brotliCompressSync('a', { params: { [c.BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING]: value } }));
      show('unfinished', () => zlib.brotliCompressSync('a', { finishFlush: c.BROTLI_OPERATION_PROCESS }));
    `);
  }, 60_000);

  it('streams', () => {
    expectSame(`
      for (const chunkSize of [64, 16384]) console.log(await drive(zlib.createBrotliCompress({ chunkSize }), text(30000), 30000));
      const { promisify } = require('util');
      console.log(brief(await promisify(zlib.brotliCompress)(text(30000))));
    `);
  });

  it('writes at once what a flush asks for, readable by native', () => {
    for (const lgwin of [10, 16, 17, 22]) {
      const { stdout } = runOnBindings(
        ['zlib'],
        `${PRELUDE}
        const { promisify } = require('util');
        const stream = zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_LGWIN]: ${lgwin} } }); const parts = []; stream.on('data', (part) => parts.push(part));
        await promisify(stream.write.bind(stream))('first '); await promisify(stream.flush.bind(stream))();
        await promisify(stream.write.bind(stream))(text(70000)); await promisify(stream.flush.bind(stream))();
        const flushed = Buffer.concat(parts).length;
        await new Promise((resolve) => stream.on('end', resolve).end(' last'));
        const back = process.getBuiltinModule('zlib').brotliDecompressSync(Buffer.concat(parts));
        console.log(flushed > 70006, back.equals(Buffer.concat([Buffer.from('first '), text(70000), Buffer.from(' last')])));`,
      );
      expect(stdout).toBe('true true\n');
    }
  });

  it('names what is missing', () => {
    const { stdout } = runOnBindings(
      ['zlib'],
      `${PRELUDE}
      show('', () => zlib.brotliCompressSync('a', { params: { [zlib.constants.BROTLI_PARAM_LARGE_WINDOW]: 1 } }));
      show('', () => zlib.brotliCompressSync('a', { dictionary: Buffer.from('a') }));`,
    );
    expect(stdout).toMatch(/Brotli encoder parameter 6 is not available.*\n.*Brotli dictionaries is not available/);
  });
});

describe('zlib.brotliDecompressSync', () => {
  it('decodes, in pieces too, and reports what native reports', () => {
    // The inputs are made by native: this is about decoding.
    expectSame(`
      const native = process.getBuiltinModule('zlib');
      const packed = native.brotliCompressSync(text(50000)); const small = native.brotliCompressSync('hello world '.repeat(50));
      show('whole', () => zlib.brotliDecompressSync(packed));
      show('large', () => zlib.brotliDecompressSync(native.brotliCompressSync(Buffer.alloc(3000000))));
      for (const step of [1, 100, 100000]) for (const chunkSize of [64, 16384]) console.log(step, chunkSize, await drive(zlib.createBrotliDecompress({ chunkSize }), packed, step));
      for (const size of [0, 1, 5, packed.length - 1]) { show('short ' + size, () => zlib.brotliDecompressSync(packed.subarray(0, size))); console.log(await drive(zlib.createBrotliDecompress(), packed.subarray(0, size), 50)); }
      // Which of two checks of lengths or padding fails first is the decoder's own affair.
      const outcome = (data) => { try { return zlib.brotliDecompressSync(data).length; } catch ({ message, code, errno }) { return [message, code.replace(/_[12]$/, ''), /_[12]$/.test(code) || errno].join(); } };
      for (let at = 0; at < small.length; at++) { const damaged = Buffer.from(small); damaged[at] ^= 0x5a; console.log('damaged', at, outcome(damaged)); }
      console.log('foreign', outcome(Buffer.from('this is not brotli at all')));
      for (const rejectGarbageAfterEnd of [false, true]) show('tail', () => zlib.brotliDecompressSync(Buffer.concat([small, Buffer.from('tail')]), { rejectGarbageAfterEnd }).length);
      show('limit', () => zlib.brotliDecompressSync(packed, { maxOutputLength: 100 }));
    `);
  });
});

describe('zlib.zstdCompressSync and zstdDecompressSync', () => {
  it('give the bytes that native gives, at every level', () => {
    expectSame(`
      const inputs = { empty: Buffer.alloc(0), byte: Buffer.from('a'), word: Buffer.from('hello hello'), small: text(3000), text: text(400000), noise: noise(200000), zeros: Buffer.alloc(300000), mixed: Buffer.concat([noise(40000), text(40000), Buffer.alloc(9999)]) };
      for (const [name, input] of Object.entries(inputs))
        for (const level of [-131072, -100, -7, -2, 0, ...Array.from({ length: 22 }, (_, index) => index + 1), 23]) {
          show(name + ' ' + level, () => zlib.zstdCompressSync(input, { params: { [zlib.constants.ZSTD_c_compressionLevel]: level } }));
        }
      for (const [name, input] of Object.entries(inputs))
        for (const chunkSize of [64, 1000, 1 << 20]) {
          const packed = zlib.zstdCompressSync(input, { chunkSize });
          show(name + ' in pieces of ' + chunkSize, () => packed);
          show(name + ' back', () => zlib.zstdDecompressSync(packed, { chunkSize }).equals(input));
        }
    `);
  });

  it('take every parameter', () => {
    expectSame(`
      const input = Buffer.concat([text(300000), noise(50000), text(300000)]);
      const values = { windowLog: [10, 20, 27], hashLog: [6, 17], chainLog: [6, 18], searchLog: [1, 6], minMatch: [3, 5, 7], targetLength: [0, 64], strategy: [1, 2, 3, 4, 5, 6, 7, 8, 9], enableLongDistanceMatching: [0, 1, 2], ldmHashLog: [10], ldmMinMatch: [32], ldmBucketSizeLog: [4], ldmHashRateLog: [5], contentSizeFlag: [0, 1, true], checksumFlag: [0, 1, true, false], dictIDFlag: [0, 1], nbWorkers: [0, 1, 3], jobSize: [0, 1 << 20], overlapLog: [0, 9] };
      for (const [name, list] of Object.entries(values))
        for (const value of list) show(name + ' ' + value, () => zlib.zstdCompressSync(input, { params: { [zlib.constants['ZSTD_c_' + name]]: value } }));
      for (const [name, value] of [['windowLog', 50], ['windowLog', -5], ['strategy', 10], ['nbWorkers', 999], ['checksumFlag', 2]])
        show(name + ' ' + value, () => zlib.zstdCompressSync('text', { params: { [zlib.constants['ZSTD_c_' + name]]: value } }));
      const wide = zlib.zstdCompressSync(input, { params: { [zlib.constants.ZSTD_c_windowLog]: 22 }, pledgedSrcSize: undefined, finishFlush: zlib.constants.ZSTD_e_flush });
      for (const windowLogMax of [0, 9, 10, 18, 22, 27, 31, 32]) show('windowLogMax ' + windowLogMax, () => zlib.zstdDecompressSync(wide, { params: { [zlib.constants.ZSTD_d_windowLogMax]: windowLogMax }, finishFlush: zlib.constants.ZSTD_e_continue }));
      show('unknown', () => zlib.zstdCompressSync('text', { params: { 150: 1 } }));
    `);
  });

  it('cut into jobs as native does with worker threads', () => {
    expectSame(`
      const input = Buffer.concat([text(1500000), noise(300000), text(900000)]);
      const c = zlib.constants;
      for (const params of [{ [c.ZSTD_c_nbWorkers]: 2, [c.ZSTD_c_jobSize]: 600000 }, { [c.ZSTD_c_nbWorkers]: 1, [c.ZSTD_c_jobSize]: 1 << 20, [c.ZSTD_c_overlapLog]: 3, [c.ZSTD_c_checksumFlag]: 1 }, { [c.ZSTD_c_nbWorkers]: 2, [c.ZSTD_c_compressionLevel]: 1, [c.ZSTD_c_enableLongDistanceMatching]: 1 }])
        show(inspect(params), () => zlib.zstdCompressSync(input, { params }));
    `);
  });

  it('report what native reports for truncated, damaged and foreign input', () => {
    expectSame(`
      const input = Buffer.concat([text(200000), noise(1000)]);
      const packed = zlib.zstdCompressSync(input, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
      for (const length of [0, 1, 3, 4, 5, 6, 9, 100, packed.length - 4, packed.length - 1]) show('first ' + length, () => zlib.zstdDecompressSync(packed.subarray(0, length)));
      // Native's decoder for 64-bit processors leaves some damage of compressed literals to the checksum, which the other one finds itself.
      const late = (error) => { throw Object.assign(error, error.errno === 22 ? { errno: 20, code: 'ZSTD_error_corruption_detected', message: 'Data corruption detected' } : {}); };
      const unpack = (data) => { try { return zlib.zstdDecompressSync(data); } catch (error) { late(error); } };
      for (let at = 0; at < 400; at += 7) show('damaged at ' + at, () => unpack(Buffer.concat([packed.subarray(0, at), Buffer.of(packed[at] ^ 0x55), packed.subarray(at + 1)])));
      show('damaged checksum', () => zlib.zstdDecompressSync(Buffer.concat([packed.subarray(0, -1), Buffer.of(packed.at(-1) ^ 1)])));
      const skippable = Buffer.from('502a4d180300000000aabb', 'hex');
      for (const [name, data] of Object.entries({ foreign: Buffer.from('not compressed at all'), gzip: zlib.gzipSync('x'), twice: Buffer.concat([packed, packed]), followed: Buffer.concat([packed, Buffer.from('rest')]), skippable, skipped: Buffer.concat([skippable, packed]) }))
        for (const options of [{}, { rejectGarbageAfterEnd: true }, { finishFlush: zlib.constants.ZSTD_e_continue }, { finishFlush: zlib.constants.ZSTD_e_flush }, { maxOutputLength: 1000 }])
          show(name + ' ' + inspect(options), () => zlib.zstdDecompressSync(data, options));
    `);
  });

  it('believe a pledged size', () => {
    expectSame(`
      for (const size of [0, 2, 3, 4, 1e15, -1, 2.5, NaN, '3', null]) show(size, () => zlib.zstdCompressSync('abc', { pledgedSrcSize: size }));
      for (const size of [0, 5, 149999, 150001, 150000]) for (const step of [1000, 50000, 200000]) for (const flush of [0, 1, 2]) console.log(size, step, flush, await drive(zlib.createZstdCompress({ pledgedSrcSize: size, flush }), text(150000), step));
      for (const size of [1000, 2000]) console.log(await drive(zlib.createZstdCompress({ pledgedSrcSize: size, flush: zlib.constants.ZSTD_e_end }), text(5500), 1000));
    `);
  });

  it('use dictionaries', () => {
    expectSame(`
      const dictionary = text(5000);
      const input = Buffer.concat([text(3000), Buffer.from('and more')]);
      const packed = zlib.zstdCompressSync(input, { dictionary });
      show('packed', () => packed);
      for (const level of [1, 5, 12, 19]) show('level ' + level, () => zlib.zstdCompressSync(input, { dictionary, params: { [zlib.constants.ZSTD_c_compressionLevel]: level } }));
      for (const [name, value] of Object.entries({ same: dictionary, buffer: new Uint8Array(dictionary).buffer, none: undefined, other: noise(5000), empty: Buffer.alloc(0), string: 'text' }))
        show(name, () => zlib.zstdDecompressSync(packed, { dictionary: value }));
      const damaged = Buffer.from('37a430ec0000000000000000', 'hex');
      show('damaged', () => zlib.zstdCompressSync(input, { dictionary: damaged }));
      show('damaged for decompression', () => zlib.zstdDecompressSync(packed, { dictionary: damaged }));
      show('damaged, and a wrong parameter', () => zlib.zstdDecompressSync(packed, { dictionary: damaged, params: { [zlib.constants.ZSTD_d_windowLogMax]: 5 } }));
    `);
  });
});

describe('zlib.createZstdCompress and createZstdDecompress', () => {
  it("give native's bytes in native's pieces", () => {
    expectSame(`
      const input = Buffer.concat([text(300000), noise(50000)]);
      const c = zlib.constants;
      for (const step of [1000, 16384, 131072, 1 << 20])
        for (const options of [{}, { chunkSize: 64 }, { chunkSize: 1 << 20 }, { params: { [c.ZSTD_c_compressionLevel]: 19 } }, { flush: c.ZSTD_e_flush }, { flush: c.ZSTD_e_end }, { finishFlush: c.ZSTD_e_flush }, { pledgedSrcSize: input.length }, { pledgedSrcSize: 5 }])
          console.log(step, inspect(options), await drive(zlib.createZstdCompress(options), input, step));
      const packed = zlib.zstdCompressSync(input);
      for (const step of [1, 100, 16384, 1 << 20])
        for (const options of [{}, { chunkSize: 64 }, { chunkSize: input.length }]) console.log(step, inspect(options), await drive(zlib.createZstdDecompress(options), step === 1 ? packed.subarray(0, 500) : packed, step));
      for (const data of [Buffer.alloc(0), packed.subarray(0, 9), packed.subarray(0, -1), Buffer.concat([packed, packed]), Buffer.concat([packed, packed.subarray(0, 20)]), Buffer.concat([packed, Buffer.alloc(9)])])
        for (const step of [packed.length, 1 << 20]) console.log(data.length, step, await drive(zlib.createZstdDecompress(), data, step));
    `);
  });

  it('flush and start again on request', () => {
    expectSame(`
      const events = (stream, ...steps) => new Promise((resolve) => {
        const log = [];
        stream.on('data', (part) => log.push('data ' + brief(part))).on('end', () => resolve(log.join(', '))).on('error', (error) => resolve(log.join(', ') + error.message));
        const next = () => { const step = steps.shift(); if (step === undefined) stream.end(); else step(stream, () => { log.push('done'); next(); }); };
        next();
      });
      const write = (data) => (stream, done) => stream.write(data, done);
      const flush = (...kind) => (stream, done) => stream.flush(...kind, done);
      const reset = (stream, done) => { stream.reset(); done(); };
      const { ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end } = zlib.constants;
      const dictionary = text(2000);
      for (const options of [{}, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 19, [zlib.constants.ZSTD_c_checksumFlag]: 1 } }, { dictionary }]) {
        console.log(await events(zlib.createZstdCompress(options), write(text(9000)), flush(), write(text(9000)), flush(ZSTD_e_end), write(text(10)), flush(ZSTD_e_continue)));
        console.log(await events(zlib.createZstdCompress(options), reset, write(text(9000)), flush(ZSTD_e_flush), reset, write(text(9000))));
        const packed = zlib.zstdCompressSync(text(9000), options);
        console.log(await events(zlib.createZstdDecompress({ dictionary: options.dictionary }), write(packed.subarray(0, 100)), reset, write(packed)));
      }
    `);
  });

  it('have callbacks, and close while they work', () => {
    expectSame(`
      const { promisify } = require('util');
      const packed = await promisify(zlib.zstdCompress)(text(50000));
      console.log(brief(packed), brief(await promisify(zlib.zstdDecompress)(packed)));
      await promisify(zlib.zstdDecompress)(Buffer.from('zzzzzzzz')).catch((error) => console.log(error.code, error.errno, error.message));
      for (const create of [zlib.createZstdCompress, zlib.createZstdDecompress]) {
        const stream = create();
        stream.on('error', (error) => console.log(error.message)).on('close', () => console.log('closed'));
        stream.write(packed);
        stream.close(() => console.log('close'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        console.log(stream.destroyed);
      }
    `);
  });
});
