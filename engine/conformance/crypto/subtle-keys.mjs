// Keys of WebCrypto: import, export, generation, conversion.
import keysModule from './fixtures/keys.js';
import crypto from 'node:crypto';
const { keys, digest } = keysModule;
const { subtle } = globalThis.crypto;
const attempt = async (label, call) => {
  try {
    console.log(label, await call());
  } catch (error) {
    console.log(label, error.name, error.message);
  }
};
const kinds = [['rsa', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, 'sign', 'verify'], ['rsa', { name: 'RSA-PSS', hash: 'SHA-384' }, 'sign', 'verify'], ['rsa', { name: 'RSA-OAEP', hash: 'SHA-1' }, 'decrypt', 'encrypt'], ['ec-p256', { name: 'ECDSA', namedCurve: 'P-256' }, 'sign', 'verify'], ['ec-p384', { name: 'ECDH', namedCurve: 'P-384' }, 'deriveBits'], ['ed25519', { name: 'Ed25519' }, 'sign', 'verify'], ['x25519', { name: 'X25519' }, 'deriveBits']];
for (const [name, algorithm, privateUsage, publicUsage] of kinds) {
  const publicUsages = publicUsage === undefined ? [] : [publicUsage];
  const pkcs8 = keys[name].export({ type: 'pkcs8', format: 'der' });
  const publicKey = crypto.createPublicKey(keys[name]);
  const imported = await subtle.importKey('pkcs8', pkcs8, algorithm, true, [privateUsage]);
  const importedPublic = await subtle.importKey('spki', publicKey.export({ type: 'spki', format: 'der' }), algorithm, true, publicUsages);
  console.log(imported, importedPublic);
  for (const [format, key] of [['pkcs8', imported], ['spki', importedPublic], ['raw', importedPublic]]) await attempt(`${name} ${format}`, async () => digest(Buffer.from(await subtle.exportKey(format, key))));
  await attempt(`${name} jwk`, async () => digest(JSON.stringify(await subtle.exportKey('jwk', imported))));
  await attempt(`${name} again`, async () => (await subtle.importKey('jwk', await subtle.exportKey('jwk', imported), algorithm, false, [privateUsage])).extractable);
  await attempt(`${name} KeyObject`, async () => crypto.KeyObject.from(imported).equals(keys[name]));
  await attempt(`${name} toCryptoKey`, async () => keys[name].toCryptoKey(algorithm, true, [privateUsage]));
  await attempt(`${name} wrong usage`, () => subtle.importKey('pkcs8', pkcs8, algorithm, true, ['wrapKey']));
  await attempt(`${name} no usage`, () => subtle.importKey('pkcs8', pkcs8, algorithm, true, []));
  await attempt(`${name} garbage`, () => subtle.importKey('pkcs8', Buffer.alloc(9), algorithm, true, [privateUsage]));
}
await attempt('other curve', () => subtle.importKey('pkcs8', keys['ec-p384'].export({ type: 'pkcs8', format: 'der' }), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']));
for (const [algorithm, usages] of [[{ name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, ['sign', 'verify']], [{ name: 'ECDSA', namedCurve: 'P-521' }, ['sign', 'verify']], [{ name: 'ECDH', namedCurve: 'P-256' }, ['deriveBits']], ['Ed25519', ['sign', 'verify']], ['X25519', ['deriveKey']], [{ name: 'ECDSA', namedCurve: 'P-999' }, ['sign']], [{ name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([2]), hash: 'SHA-256' }, ['sign']]])
  await attempt(JSON.stringify(algorithm), async () => {
    const { publicKey, privateKey } = await subtle.generateKey(algorithm, false, usages);
    return [publicKey.usages, privateKey.usages, publicKey.extractable, privateKey.extractable, privateKey.algorithm.name];
  });
