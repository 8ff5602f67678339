// Signatures of WebCrypto.
import keysModule from './fixtures/keys.js';
import crypto from 'node:crypto';
const { keys, digest } = keysModule;
const { subtle } = globalThis.crypto;
const data = Buffer.from('A message to be signed');
const attempt = async (label, call) => {
  try {
    console.log(label, await call());
  } catch (error) {
    console.log(label, error.name, error.message);
  }
};
const pair = async (name, algorithm) => [await subtle.importKey('pkcs8', keys[name].export({ type: 'pkcs8', format: 'der' }), algorithm, true, ['sign']), await subtle.importKey('spki', crypto.createPublicKey(keys[name]).export({ type: 'spki', format: 'der' }), algorithm, true, ['verify'])];
for (const [name, algorithm, options] of [['rsa', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }], ['rsa', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }], ['rsa', { name: 'RSA-PSS', hash: 'SHA-256' }, { saltLength: 0 }], ['rsa', { name: 'RSA-PSS', hash: 'SHA-1' }, { saltLength: 20 }], ['ec-p256', { name: 'ECDSA', namedCurve: 'P-256' }, { hash: 'SHA-256' }], ['ec-p384', { name: 'ECDSA', namedCurve: 'P-384' }, { hash: 'SHA-512' }], ['ed25519', { name: 'Ed25519' }]]) {
  const [privateKey, publicKey] = await pair(name, algorithm);
  const use = { name: algorithm.name, ...options };
  const signature = Buffer.from(await subtle.sign(use, privateKey, data));
  const fixed = algorithm.name !== 'ECDSA' && options?.saltLength !== 20;
  console.log(algorithm, signature.length, fixed ? digest(signature) : '');
  console.log(await subtle.verify(use, publicKey, signature, data), await subtle.verify(use, publicKey, signature, Buffer.from('other')), await subtle.verify(use, publicKey, signature.subarray(1), data));
  await attempt('public', () => subtle.sign(use, publicKey, data));
  await attempt('private', () => subtle.verify(use, privateKey, signature, data));
  await attempt('other', () => subtle.sign('HMAC', privateKey, data));
  if (algorithm.name === 'ECDSA') console.log(crypto.verify(options.hash.replace('-', ''), data, { key: keys[name], dsaEncoding: 'ieee-p1363' }, signature));
}
const [pss] = await pair('rsa-1024', { name: 'RSA-PSS', hash: 'SHA-256' });
for (const saltLength of [undefined, -1, 0, 94, 95, 'x']) await attempt(`salt ${saltLength}`, async () => (await subtle.sign({ name: 'RSA-PSS', saltLength }, pss, data)).byteLength);
