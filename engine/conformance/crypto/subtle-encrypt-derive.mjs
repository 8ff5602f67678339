// Encryption, agreement and wrapping of WebCrypto.
import keysModule from './fixtures/keys.js';
import crypto from 'node:crypto';
const { keys, seed } = keysModule;
const { subtle } = globalThis.crypto;
const hex = (buffer) => Buffer.from(buffer).toString('hex');
const attempt = async (label, call) => {
  try {
    console.log(label, await call());
  } catch (error) {
    console.log(label, error.name, error.message, error.cause?.message);
  }
};
const importPair = async (name, algorithm, privateUsages, publicUsages) => [await subtle.importKey('pkcs8', keys[name].export({ type: 'pkcs8', format: 'der' }), algorithm, true, privateUsages), await subtle.importKey('spki', crypto.createPublicKey(keys[name]).export({ type: 'spki', format: 'der' }), algorithm, true, publicUsages)];
const [open, seal] = await importPair('rsa', { name: 'RSA-OAEP', hash: 'SHA-256' }, ['decrypt', 'unwrapKey'], ['encrypt', 'wrapKey']);
for (const label of [undefined, Buffer.from('label')]) {
  const sealed = await subtle.encrypt({ name: 'RSA-OAEP', label }, seal, Buffer.from('secret'));
  console.log(sealed.byteLength, Buffer.from(await subtle.decrypt({ name: 'RSA-OAEP', label }, open, sealed)).toString());
  await attempt('other label', () => subtle.decrypt({ name: 'RSA-OAEP', label: Buffer.from('x') }, open, sealed));
}
await attempt('too long', () => subtle.encrypt({ name: 'RSA-OAEP' }, seal, Buffer.alloc(191)));
await attempt('garbage', () => subtle.decrypt({ name: 'RSA-OAEP' }, open, Buffer.alloc(256, 1)));
for (const [name, algorithm] of [['ec-p256', { name: 'ECDH', namedCurve: 'P-256' }], ['ec-p384', { name: 'ECDH', namedCurve: 'P-384' }], ['x25519', { name: 'X25519' }]]) {
  const [own, peer] = await importPair(name, algorithm, ['deriveBits', 'deriveKey'], []);
  for (const length of [null, 128, 100, 1000]) await attempt(`${name} ${length}`, async () => hex(await subtle.deriveBits({ name: algorithm.name, public: peer }, own, length)));
  await attempt(`${name} key`, async () => hex(await subtle.exportKey('raw', await subtle.deriveKey({ name: algorithm.name, public: peer }, own, { name: 'AES-GCM', length: 256 }, true, ['encrypt']))));
}
const aes = (name, ...usages) => subtle.importKey(name === 'ChaCha20-Poly1305' || name === 'AES-OCB' ? 'raw-secret' : 'raw', seed(name, 32), name, true, usages);
for (const algorithm of [{ name: 'AES-CTR', counter: Buffer.alloc(16, 255), length: 64 }, { name: 'AES-CTR', counter: Buffer.alloc(16, 255), length: 5 }, { name: 'AES-GCM', iv: Buffer.alloc(12), tagLength: 96 }, { name: 'AES-CBC', iv: Buffer.alloc(16) }, { name: 'AES-OCB', iv: Buffer.alloc(12), additionalData: Buffer.alloc(3) }, { name: 'ChaCha20-Poly1305', iv: Buffer.alloc(12), additionalData: Buffer.alloc(3) }]) {
  const key = await aes(algorithm.name, 'encrypt', 'decrypt');
  await attempt(algorithm.name, async () => {
    const sealed = await subtle.encrypt(algorithm, key, seed('text', 50));
    return [hex(sealed), Buffer.from(await subtle.decrypt(algorithm, key, sealed)).equals(seed('text', 50))];
  });
  await attempt(`${algorithm.name} garbage`, () => subtle.decrypt(algorithm, key, Buffer.alloc(9)));
}
const wrapping = await aes('AES-KW', 'wrapKey', 'unwrapKey');
const inner = await aes('AES-CBC', 'encrypt');
const wrapped = await subtle.wrapKey('raw', inner, wrapping, 'AES-KW');
console.log(hex(wrapped), hex(await subtle.exportKey('raw', await subtle.unwrapKey('raw', wrapped, wrapping, 'AES-KW', 'AES-CBC', true, ['decrypt']))) === hex(seed('AES-CBC', 32)));
await attempt('unwrap', () => subtle.unwrapKey('raw', Buffer.alloc(40), wrapping, 'AES-KW', 'AES-CBC', true, ['decrypt']));
const byRsa = await subtle.wrapKey('raw', inner, seal, 'RSA-OAEP');
console.log((await subtle.unwrapKey('raw', byRsa, open, 'RSA-OAEP', 'AES-CBC', true, ['decrypt'])).usages);
