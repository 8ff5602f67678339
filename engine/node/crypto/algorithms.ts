/** The hash algorithms of OpenSSL 3's default provider as Node 24 offers them, with all of their names. */
import { sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { shake128, shake256 } from '@noble/hashes/sha3.js';
import type { Digest, DigestAlgorithm } from './digest.ts';
import { ConcatenatedDigest, NobleDigest } from './noble-digest.ts';
import { WasmDigest, type WasmHash } from './wasm-digest.ts';

function wasm(name: string, module: WasmHash, blockSize: number, outputSize: number, parameter = 0, padding = 0): DigestAlgorithm {
  const options = { module, parameter, padding, outputSize };
  return { name, blockSize, outputSize, extendable: false, create: () => new WasmDigest(options) };
}

const SHA3_PADDING = 0x06;

function noble(name: string, blockSize: number, outputSize: number, extendable: boolean, create: () => object): DigestAlgorithm {
  return { name, blockSize, outputSize, extendable, create: (): Digest => new NobleDigest(create()) };
}

const md5 = wasm('md5', 'md5', 64, 16);
const sha1 = wasm('sha1', 'sha1', 64, 20);

const ALGORITHMS: readonly (readonly [DigestAlgorithm, ...string[]])[] = [
  [md5, 'md5', 'ssl3-md5', 'rsa-md5', 'md5withrsaencryption', '1.2.840.113549.2.5'],
  [sha1, 'sha1', 'sha-1', 'ssl3-sha1', 'rsa-sha1', 'rsa-sha1-2', 'sha1withrsaencryption', '1.3.14.3.2.26'],
  [
    wasm('sha224', 'sha256', 64, 28, 224),
    'sha224',
    'sha-224',
    'sha2-224',
    'rsa-sha224',
    'sha224withrsaencryption',
    '2.16.840.1.101.3.4.2.4',
  ],
  [
    wasm('sha256', 'sha256', 64, 32, 256),
    'sha256',
    'sha-256',
    'sha2-256',
    'rsa-sha256',
    'sha256withrsaencryption',
    '2.16.840.1.101.3.4.2.1',
  ],
  [
    wasm('sha384', 'sha512', 128, 48, 384),
    'sha384',
    'sha-384',
    'sha2-384',
    'rsa-sha384',
    'sha384withrsaencryption',
    '2.16.840.1.101.3.4.2.2',
  ],
  [
    wasm('sha512', 'sha512', 128, 64, 512),
    'sha512',
    'sha-512',
    'sha2-512',
    'rsa-sha512',
    'sha512withrsaencryption',
    '2.16.840.1.101.3.4.2.3',
  ],
  [
    noble('sha512-224', 128, 28, false, () => sha512_224.create()),
    ...['sha512-224', 'sha-512/224', 'sha2-512/224', 'rsa-sha512/224', 'sha512-224withrsaencryption', '2.16.840.1.101.3.4.2.5'],
  ],
  [
    noble('sha512-256', 128, 32, false, () => sha512_256.create()),
    ...['sha512-256', 'sha-512/256', 'sha2-512/256', 'rsa-sha512/256', 'sha512-256withrsaencryption', '2.16.840.1.101.3.4.2.6'],
  ],
  ...([224, 256, 384, 512] as const).map((bits, index): readonly [DigestAlgorithm, ...string[]] => [
    wasm(`sha3-${bits}`, 'sha3', 200 - bits / 4, bits / 8, bits, SHA3_PADDING),
    ...[`sha3-${bits}`, `rsa-sha3-${bits}`, `id-rsassa-pkcs1-v1_5-with-sha3-${bits}`, `2.16.840.1.101.3.4.2.${index + 7}`],
  ]),
  [noble('shake128', 168, 16, true, () => shake128.create({ dkLen: 16 })), 'shake128', 'shake-128', '2.16.840.1.101.3.4.2.11'],
  [noble('shake256', 136, 32, true, () => shake256.create({ dkLen: 32 })), 'shake256', 'shake-256', '2.16.840.1.101.3.4.2.12'],
  [wasm('blake2b512', 'blake2b', 128, 64, 512), 'blake2b512', 'blake2b-512', '1.3.6.1.4.1.1722.12.2.1.16'],
  [wasm('blake2s256', 'blake2s', 64, 32, 256), 'blake2s256', 'blake2s-256', '1.3.6.1.4.1.1722.12.2.2.8'],
  [
    wasm('ripemd160', 'ripemd160', 64, 20),
    'ripemd160',
    'ripemd',
    'ripemd-160',
    'rmd160',
    'rsa-ripemd160',
    'ripemd160withrsa',
    '1.3.36.3.2.1',
  ],
  [wasm('sm3', 'sm3', 64, 32), 'sm3', 'rsa-sm3', 'sm3withrsaencryption', '1.2.156.10197.1.401'],
  [
    {
      name: 'md5-sha1',
      blockSize: 64,
      outputSize: 36,
      extendable: false,
      create: () => new ConcatenatedDigest([md5.create(), sha1.create()]),
    },
    'md5-sha1',
  ],
];

const byName = new Map(ALGORITHMS.flatMap(([algorithm, ...names]) => names.map((name) => [name, algorithm] as const)));

/** Algorithms that OpenSSL knows by name but does not provide by default. */
const LEGACY = new Set(['md4', 'rsa-md4', 'md4withrsaencryption', 'mdc2', 'rsa-mdc2', 'whirlpool']);

/** An algorithm by any of OpenSSL's names, in any case; 'legacy' for one that Node's OpenSSL refuses; undefined for others. */
export function findDigest(name: string): DigestAlgorithm | 'legacy' | undefined {
  const key = name.toLowerCase();
  return byName.get(key) ?? (LEGACY.has(key) ? 'legacy' : undefined);
}
