// Zstandard at every level, with parameters, dictionaries and pledged sizes: the bytes are native's.
const zlib = require('node:zlib');
const { createHash } = require('node:crypto');
const c = zlib.constants;
const brief = (bytes) => `${bytes.length} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
const show = (label, compute) => {
  try {
    const value = compute();
    console.log(label, Buffer.isBuffer(value) ? brief(value) : value);
  } catch (error) {
    console.log(label, error.name, error.code, error.errno, error.message);
  }
};
const lines = Array.from({ length: 9000 }, (_, index) => `${index} ${(index * 7919) % 1013} export const value${index % 97} = ${index % 11};\n`);
const input = Buffer.from(lines.join(''));
for (const level of [-131072, -50, -1, 0, ...Array.from({ length: 22 }, (_, index) => index + 1)])
  show(`level ${level}`, () => zlib.zstdCompressSync(input, { params: { [c.ZSTD_c_compressionLevel]: level } }));
for (const name of ['checksumFlag', 'contentSizeFlag', 'enableLongDistanceMatching', 'nbWorkers'])
  for (const value of [0, 1]) show(`${name} ${value}`, () => zlib.zstdCompressSync(input, { params: { [c[`ZSTD_c_${name}`]]: value } }));
for (const size of [0, 10, input.length]) show(`pledged ${size}`, () => zlib.zstdCompressSync(input, { pledgedSrcSize: size }));
const dictionary = input.subarray(0, 4000);
const packed = zlib.zstdCompressSync(input.subarray(2000, 6000), { dictionary });
show('with a dictionary', () => packed);
show('back', () => zlib.zstdDecompressSync(packed, { dictionary }));
show('back without', () => zlib.zstdDecompressSync(packed));
show('back', () => zlib.zstdDecompressSync(zlib.zstdCompressSync(input)).equals(input));
show('empty', () => zlib.zstdDecompressSync(zlib.zstdCompressSync('')));
show('foreign', () => zlib.zstdDecompressSync('not compressed'));
show('truncated', () => zlib.zstdDecompressSync(packed.subarray(0, 20), { dictionary }));
show('parameter', () => zlib.zstdCompressSync('', { params: { [c.ZSTD_c_windowLog]: 99 } }));
show('parameter', () => zlib.zstdCompressSync('', { params: { 5000: 1 } }));
show('window', () => zlib.zstdDecompressSync(zlib.zstdCompressSync(input), { params: { [c.ZSTD_d_windowLogMax]: 10 } }));
show('constant', () => {
  'use strict';
  c.ZSTD_e_end = 5;
});
