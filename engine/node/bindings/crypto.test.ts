import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

/** Prints results and errors alike; `seeded` is a reproducible stream of bytes. */
const PRELUDE = `
const crypto = require('crypto');
const { inspect } = require('util');
const show = (label, compute) => {
  try {
    console.log(label, inspect(compute(), { depth: 4, maxArrayLength: null }));
  } catch (error) {
    console.log(label, error.constructor.name, error.message, inspect({ ...error }), Object.keys(error).join());
  }
};
const seeded = (size, seed = 1) => {
  const bytes = Buffer.alloc(size);
  for (let i = 0, x = seed >>> 0; i < size; i++) bytes[i] = (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 24;
  return bytes;
};
`;

function expectSame(script: string): void {
  const ours = runOnBindings(['crypto'], PRELUDE + script);
  const native = runNative(PRELUDE + script);
  expect(native.stdout).not.toBe('');
  expect(ours.stdout).toBe(native.stdout);
  expect({ status: ours.status, stderr: ours.stderr }).toEqual({ status: native.status, stderr: native.stderr });
}

describe('crypto.createHash', () => {
  it('hashes with every algorithm that it lists, in pieces and at once', () => {
    expectSame(`
      for (const name of crypto.getHashes()) {
        for (const size of [0, 1, 55, 56, 63, 64, 65, 111, 112, 128, 135, 136, 137, 16384, 16385, 40000]) {
          const data = seeded(size);
          const hash = crypto.createHash(name);
          for (let offset = 0, step = 1; offset < size; offset += step, step = step * 3 + 1) hash.update(data.subarray(offset, offset + step));
          show(name + ' ' + size, () => [hash.digest('hex'), crypto.hash(name, data, 'base64url')]);
        }
      }`);
  });

  it('keeps computations apart that are interleaved or copied', () => {
    expectSame(`
      const hashes = ['md5', 'sha1', 'sha256', 'sha224', 'sha512', 'sha3-256', 'shake256', 'sha512-256', 'md5-sha1', 'blake2b512'].flatMap((name) => [crypto.createHash(name), crypto.createHash(name)]);
      for (let round = 0; round < 5; round++) hashes.forEach((hash, index) => hash.update(seeded(100 * round + index, index)));
      for (const hash of hashes) { const copy = hash.copy(); copy.update('more'); show('', () => [copy.digest('hex'), hash.digest('hex')]); }
    `);
  });

  it('takes the names that OpenSSL knows, in any case, and refuses others as it does', () => {
    expectSame(`
      for (const name of ['SHA256', 'sHa-256', 'SHA2-256', 'RSA-SHA256', 'rsa-sha256', 'SHA-512/224', 'RIPEMD', 'ssl3-md5', 'SHAKE-128', '2.16.840.1.101.3.4.2.1', 'BLAKE2b-512'])
        show(name, () => crypto.createHash(name).update('x').digest('hex'));
      for (const name of ['foo', '', 'sha', 'null', 'keccak-256', 'SHA1WithRSA']) {
        show(name, () => crypto.createHash(name));
        show(name, () => crypto.hash(name, 'x'));
        show(name, () => crypto.createHmac(name, 'k'));
        show(name, () => crypto.pbkdf2Sync('a', 'b', 1, 8, name));
      }
      show('type', () => crypto.createHash(1));
    `);
  });

  it('reports algorithms of the legacy provider as OpenSSL does', () => {
    expectSame(`show('md4', () => crypto.createHash('md4'));`);
    expectSame(`show('whirlpool', () => crypto.hash('whirlpool', 'x'));`);
  });

  it('knows output lengths', () => {
    expectSame(`
      for (const outputLength of [0, 1, 16, 20, 32, 200, 1000]) {
        show('shake128 ' + outputLength, () => crypto.createHash('shake128', { outputLength }).update('x').digest('hex'));
        show('shake256 ' + outputLength, () => crypto.hash('shake256', 'x', { outputLength }));
        show('sha1 ' + outputLength, () => crypto.createHash('sha1', { outputLength }).update('x').digest('hex'));
        show('sha1 ' + outputLength, () => crypto.hash('sha1', 'x', { outputLength }));
      }
      show('copy', () => crypto.createHash('shake256', { outputLength: 5 }).copy({ outputLength: 9 }).digest('hex'));
    `);
  });

  it('takes and gives text in every encoding', () => {
    expectSame(`
      for (const encoding of ['utf8', 'UTF-8', 'latin1', 'binary', 'ascii', 'utf16le', 'ucs2', 'hex', 'base64', 'base64url', 'buffer', undefined]) {
        show(encoding, () => crypto.createHash('sha256').update('48656c6c6fäöü€😀', encoding).digest('hex'));
        show(encoding, () => crypto.createHash('sha256').update('x').digest(encoding));
      }
      show('nonsense', () => crypto.createHash('sha256').digest('nonsense'));
      show('surrogate', () => crypto.hash('sha256', '\\ud800'));
      for (const type of [Uint8Array, Int16Array, Float64Array]) show(type.name, () => crypto.createHash('sha1').update(new type([1, 2, 300])).digest('hex'));
      show('shared', () => crypto.createHash('sha1').update(new Uint8Array(new SharedArrayBuffer(9))).digest('hex'));
      show('view', () => crypto.createHash('sha1').update(new DataView(new ArrayBuffer(9), 2)).digest('hex'));
    `);
  });

  it('is a stream, and is finished once', () => {
    expectSame(`
      const { once } = require('events');
      const hash = crypto.createHash('sha256');
      hash.write('abc'); hash.end('def');
      await once(hash, 'readable');
      show('stream', () => hash.read().toString('hex'));
      const done = crypto.createHash('sha256'); done.digest();
      show('again', () => done.digest()); show('update', () => done.update('x')); show('copy', () => done.copy());
    `);
  });
});

describe('crypto.createHmac', () => {
  it('equals native for every algorithm and key length', () => {
    expectSame(`
      for (const name of crypto.getHashes())
        for (const size of [0, 1, 63, 64, 65, 128, 129, 200])
          show(name + ' ' + size, () => crypto.createHmac(name, seeded(size)).update('some').update(seeded(1000)).digest('hex'));
      show('key object', () => crypto.createHmac('sha256', crypto.createSecretKey('616263', 'hex')).update('x').digest('base64'));
      const twice = crypto.createHmac('sha256', 'k'); twice.digest();
      show('twice', () => [twice.digest(), twice.digest('hex')]);
    `);
  });
});

describe('crypto key derivation', () => {
  it('derives with PBKDF2, HKDF and scrypt as native does, synchronously and not', () => {
    expectSame(`
      const { promisify } = require('util');
      for (const name of ['sha1', 'md5', 'sha512', 'sha3-256', 'sha512-256', 'ripemd160'])
        for (const length of [1, 20, 64, 100]) {
          show(name, () => crypto.pbkdf2Sync('secret', 'salt', 50, length, name).toString('hex'));
          show(name, () => Buffer.from(crypto.hkdfSync(name, 'secret', 'salt', 'info', length)).toString('hex'));
        }
      show('no salt', () => Buffer.from(crypto.hkdfSync('sha256', 'secret', '', '', 40)).toString('hex'));
      show('scrypt', () => crypto.scryptSync('secret', 'salt', 70, { N: 64, r: 4, p: 2 }).toString('hex'));
      console.log((await promisify(crypto.pbkdf2)('a', 'b', 10, 20, 'sha1')).toString('hex'));
      console.log((await promisify(crypto.scrypt)('a', 'b', 20, { N: 16 })).toString('hex'));
      console.log(await promisify(crypto.hkdf)('sha1', 'a', 'b', 'c', 20));
    `);
  });

  it('refuses the same parameters', () => {
    for (const call of [
      `crypto.hkdfSync('sha1', 'a', 'b', '', 255 * 20 + 1)`,
      `crypto.hkdfSync('sha1', 'a', 'b', '', 0)`,
      `crypto.pbkdf2Sync('a', 'b', 1, 0, 'sha1')`,
      `crypto.scryptSync('a', 'b', 32, { N: 3 })`,
      `crypto.scryptSync('a', 'b', 32, { N: 2 ** 20 })`,
      `crypto.scryptSync('a', 'b', 32, { N: 2 ** 14, r: 8, maxmem: 1000 })`,
    ]) {
      expectSame(`show(${JSON.stringify(call)}, () => ${call});`);
    }
  });
});

describe('crypto random numbers', () => {
  it('fills every kind of memory, in any amount', () => {
    const { stdout, stderr } = runOnBindings(
      ['crypto'],
      `${PRELUDE}
      const zeros = (bytes) => bytes.reduce((sum, byte) => sum + (byte === 0), 0);
      const large = crypto.randomBytes(300000);
      console.log(large.length, zeros(large) < 3000, zeros(large.subarray(-1000)) < 100);
      const shared = new Uint8Array(new SharedArrayBuffer(1000)); crypto.randomFillSync(shared, 10, 900);
      console.log(zeros(shared) < 200, zeros(shared.subarray(0, 10)), zeros(shared.subarray(910)));
      await new Promise((resolve) => crypto.randomBytes(10, (error, bytes) => { console.log(error, bytes.length); resolve(); }));
      const ids = new Set(Array.from({ length: 1000 }, () => crypto.randomUUID()));
      console.log(ids.size, [...ids].every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)));
      const numbers = Array.from({ length: 1000 }, () => crypto.randomInt(3, 8));
      console.log(Math.min(...numbers), Math.max(...numbers));
      console.log(crypto.webcrypto.getRandomValues(new Uint32Array(4)).length);
      const prime = crypto.generatePrimeSync(64, { bigint: true });
      console.log(prime.toString(2).length, crypto.checkPrimeSync(prime), crypto.checkPrimeSync(prime * 3n), crypto.checkPrimeSync(561n));
      `,
    );
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual([
      '300000 true true',
      'true 10 90',
      'null 10',
      '1000 true',
      '3 7',
      '4',
      '64 true false false',
    ]);
  });
});

describe('crypto.timingSafeEqual', () => {
  it('compares bytes and refuses the same arguments', () => {
    expectSame(`
      show('equal', () => crypto.timingSafeEqual(Buffer.from('ab'), Buffer.from('ab')));
      show('different', () => crypto.timingSafeEqual(Buffer.from('ab'), Buffer.from('ac')));
      show('bits', () => crypto.timingSafeEqual(new Float64Array([0]), new Float64Array([-0])));
      show('length', () => crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('ab')));
      show('first', () => crypto.timingSafeEqual('a', Buffer.from('ab')));
      show('second', () => crypto.timingSafeEqual(Buffer.from('ab'), 1));
    `);
  });
});

describe('crypto.createCipheriv', () => {
  it('encrypts and decrypts in pieces of any size as native does', () => {
    expectSame(`
      for (const name of crypto.getCiphers().filter((name) => /^aes-?(128|192|256)(-(cbc|ecb|ctr|gcm))?$/.test(name))) {
        const info = crypto.getCipherInfo(name);
        show(name, () => info);
        const [key, iv] = [seeded(info.keyLength), info.ivLength ? seeded(info.ivLength, 9) : null];
        for (const size of [0, 1, 15, 16, 17, 31, 32, 33, 1000]) {
          const cipher = crypto.createCipheriv(name, key, iv);
          if (info.mode === 'gcm') cipher.setAAD(seeded(21)).setAAD(seeded(3));
          const parts = [];
          for (let offset = 0, step = 1; offset < size; offset += step, step = step * 2 + 1) parts.push(cipher.update(seeded(size).subarray(offset, offset + step)));
          parts.push(cipher.final());
          show(size, () => parts.map((part) => part.toString('hex')));
          const decipher = crypto.createDecipheriv(name, key, iv);
          if (info.mode === 'gcm') { show('tag', () => cipher.getAuthTag().toString('hex')); decipher.setAuthTag(cipher.getAuthTag()).setAAD(seeded(24, 1).fill(0)); }
          show('back', () => [Buffer.concat(parts)].flatMap((text) => [decipher.update(text.subarray(0, 7), null, 'hex'), decipher.update(text.subarray(7), null, 'hex'), decipher.final('hex')]));
        }
      }
      const wide = crypto.createCipheriv('aes-128-ctr', seeded(16), Buffer.alloc(16, 255));
      show('carry', () => wide.update(Buffer.alloc(50)).toString('hex'));
      for (const size of [1, 8, 13, 128]) { const gcm = crypto.createCipheriv('aes-128-gcm', seeded(16), seeded(size)); show('iv ' + size, () => [gcm.update('hello', 'utf8', 'hex'), gcm.final('hex'), gcm.getAuthTag().toString('hex')]); }
    `);
  });

  it('reports wrong keys, vectors, lengths, padding, tags and order as native does', () => {
    const key = 'Buffer.alloc(32)';
    for (const call of [
      `crypto.createCipheriv('foo', 'a', 'b')`,
      `crypto.createCipheriv('aes-256-cbc', 'a', Buffer.alloc(16))`,
      `crypto.createCipheriv('aes-256-cbc', ${key}, 'b')`,
      `crypto.createCipheriv('aes-256-cbc', ${key}, null)`,
      `crypto.createCipheriv('aes-256-ecb', ${key}, Buffer.alloc(16))`,
      `crypto.createCipheriv('aes-256-gcm', ${key}, Buffer.alloc(0))`,
      `crypto.createCipheriv('aes-256-gcm', ${key}, Buffer.alloc(129))`,
      `crypto.createCipheriv('aes-256-gcm', ${key}, Buffer.alloc(12), { authTagLength: 3 })`,
      `crypto.createDecipheriv('aes-256-cbc', ${key}, Buffer.alloc(16)).final()`,
      `(x = crypto.createDecipheriv('aes-256-cbc', ${key}, Buffer.alloc(16)), x.update(Buffer.alloc(16)), x.final())`,
      `(x = crypto.createDecipheriv('aes-256-gcm', ${key}, Buffer.alloc(12)), x.setAuthTag(Buffer.alloc(16)), x.update(Buffer.alloc(16)), x.final())`,
      `(x = crypto.createDecipheriv('aes-256-gcm', ${key}, Buffer.alloc(12)), x.setAuthTag(Buffer.alloc(5)))`,
      `(x = crypto.createDecipheriv('aes-256-gcm', ${key}, Buffer.alloc(12)), x.setAuthTag(Buffer.alloc(16)), x.setAuthTag(Buffer.alloc(16)))`,
      `(x = crypto.createCipheriv('aes-256-gcm', ${key}, Buffer.alloc(12)), x.update('a'), x.setAAD(Buffer.alloc(16)))`,
      `crypto.createCipheriv('aes-256-gcm', ${key}, Buffer.alloc(12)).getAuthTag()`,
      `(x = crypto.createCipheriv('aes-256-cbc', ${key}, Buffer.alloc(16)), x.final(), x.final())`,
      `(x = crypto.createCipheriv('aes-256-cbc', ${key}, Buffer.alloc(16)), x.final(), x.update('a'))`,
      `(x = crypto.createCipheriv('aes-256-cbc', ${key}, Buffer.alloc(16)), x.setAutoPadding(false), x.update('a'), x.final())`,
    ]) {
      expectSame(`let x; show(${JSON.stringify(call)}, () => ${call});`);
    }
  }, 60_000);
});

describe('crypto keys', () => {
  it('has secret keys', () => {
    expectSame(`
      const key = crypto.createSecretKey(Buffer.from('abc'));
      show('key', () => [key, key.type, key.symmetricKeySize, key.export(), key.export({ format: 'jwk' }), key.equals(crypto.createSecretKey('616263', 'hex')), key.equals(crypto.createSecretKey('x', 'utf8'))]);
      show('generated', () => [crypto.generateKeySync('hmac', { length: 65 }).symmetricKeySize, crypto.generateKeySync('aes', { length: 192 }).symmetricKeySize]);
      show('prototype', () => Object.getOwnPropertyNames(crypto.KeyObject.prototype));
    `);
  });

  it('exports, imports, compares and describes asymmetric keys as native does', () => {
    expectSame(`
      const keys = [['ed25519', 32], ['x25519', 32], ['ed448', 57], ['x448', 56], ['ec', 32, 'P-256'], ['ec', 48, 'P-384']].map(([asymmetricKeyType, size, namedCurve]) =>
        crypto.createPrivateKey({ key: seeded(size), format: 'raw-private', asymmetricKeyType, namedCurve }));
      for (const key of keys) {
        const publicKey = crypto.createPublicKey(key);
        show(key.asymmetricKeyType, () => [key.asymmetricKeyDetails, key.export({ format: 'jwk' }), publicKey.export({ format: 'jwk' })]);
        for (const type of ['pkcs8', 'sec1', 'pkcs1']) show(type, () => key.export({ type, format: 'pem' }));
        show('spki', () => publicKey.export({ type: 'spki', format: 'der' }).toString('hex'));
        show('equal', () => keys.map((other) => key.equals(other)));
        show('sign', () => crypto.sign(null, Buffer.from('m'), key).length > 60);
      }
      show('encrypted', () => crypto.createPrivateKey({ key: keys[0].export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }), passphrase: 'p' }).equals(keys[0]));
    `);
  });

  it('signs, encrypts and agrees as native does', () => {
    const { stdout, stderr } = runOnBindings(
      ['crypto'],
      `${PRELUDE}
      const native = process.getBuiltinModule('node:crypto');
      const over = (key) => native.createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }));
      const message = Buffer.from('a message');
      for (const [type, options] of [['rsa', { modulusLength: 1024 }], ['rsa-pss', { modulusLength: 1024, hashAlgorithm: 'sha256' }], ['ec', { namedCurve: 'secp256k1' }], ['ed25519'], ['ed448'], ['dsa', { modulusLength: 1024, divisorLength: 160 }]]) {
        const { privateKey } = crypto.generateKeyPairSync(type, options);
        const theirs = over(privateKey);
        const hash = type.startsWith('ed') ? null : 'sha256';
        console.log(type, native.verify(hash, message, theirs, crypto.sign(hash, message, privateKey)), crypto.verify(hash, message, privateKey, native.sign(hash, message, theirs)));
        if (type === 'rsa') console.log(native.privateDecrypt(theirs, crypto.publicEncrypt(privateKey, message)).equals(message), crypto.privateDecrypt(privateKey, native.publicEncrypt(theirs, message)).equals(message));
      }
      for (const [type, options] of [['x25519'], ['x448'], ['ec', { namedCurve: 'P-521' }], ['dh', { group: 'modp14' }]]) {
        const [one, two] = [1, 2].map(() => crypto.generateKeyPairSync(type, options));
        const [ours, theirs] = [crypto.diffieHellman({ privateKey: one.privateKey, publicKey: two.publicKey }), native.diffieHellman({ privateKey: over(two.privateKey), publicKey: native.createPublicKey(over(one.privateKey)) })];
        console.log(type, ours.equals(theirs));
      }
      `,
    );
    expect(stderr).toBe('');
    expect(stdout.match(/false/g)).toBeNull();
    expect(stdout.match(/true/g)).toHaveLength(18);
  });

  it('names what is missing', () => {
    const { stdout } = runOnBindings(
      ['crypto'],
      `${PRELUDE} show('', () => crypto.createECDH('sect571r1').generateKeys()); show('', () => crypto.createCipheriv('camellia-128-cbc', Buffer.alloc(16), Buffer.alloc(16)));`,
    );
    expect(stdout).toMatch(
      /crypto: the elliptic curve sect571r1 is not available[\s\S]*crypto: the cipher camellia-128-cbc is not available/,
    );
  });
});

describe('crypto.subtle', () => {
  it('digests, signs with HMAC, encrypts with AES and derives as native does', () => {
    expectSame(`
      const { subtle } = crypto.webcrypto;
      for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256']) console.log(await subtle.digest(name, seeded(100)));
      const key = await subtle.importKey('raw', seeded(32), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
      console.log(key, await subtle.sign('HMAC', key, seeded(9)), await subtle.verify('HMAC', key, seeded(32), seeded(9)));
      console.log(await subtle.exportKey('jwk', key));
      for (const algorithm of [{ name: 'AES-CBC', iv: seeded(16) }, { name: 'AES-GCM', iv: seeded(12), additionalData: seeded(5) }, { name: 'AES-CTR', counter: seeded(16), length: 64 }]) {
        const aes = await subtle.importKey('raw', seeded(16), algorithm.name, false, ['encrypt', 'decrypt']);
        const text = await subtle.encrypt(algorithm, aes, seeded(50));
        console.log(text, Buffer.from(await subtle.decrypt(algorithm, aes, text)).equals(seeded(50)));
      }
      const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']);
      console.log(aes, (await subtle.exportKey('raw', aes)).byteLength);
      await subtle.decrypt({ name: 'AES-GCM', iv: seeded(12) }, aes, seeded(40)).catch((error) => console.log(error.name, error.message));
      const base = await subtle.importKey('raw', seeded(9), 'PBKDF2', false, ['deriveBits']);
      console.log(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: seeded(4), iterations: 10 }, base, 256));
      await subtle.digest('MD5', seeded(1)).catch((error) => console.log(error.name, error.message));
    `);
  });
});
