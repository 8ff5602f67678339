// Keys as JSON Web Keys, and what is wrong with others.
const crypto = require('node:crypto');
const { keys, rsaJwk, show } = require('./fixtures/keys.js');
for (const [name, key] of Object.entries(keys)) {
  show(`${name} private`, () => key.export({ format: 'jwk' }));
  show(`${name} public`, () => crypto.createPublicKey(key).export({ format: 'jwk' }));
  show(`${name} back`, () => crypto.createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' }).equals(key));
}
const ec = keys['ec-p256'].export({ format: 'jwk' });
const okp = keys.ed25519.export({ format: 'jwk' });
for (const key of [{}, { kty: 1 }, { kty: 'oct', k: 'AA' }, { kty: 'RSA' }, { ...rsaJwk, e: 3 }, { ...rsaJwk, p: undefined }, { kty: 'EC' }, { ...ec, crv: 'P-999' }, { ...ec, x: 'AA' }, { ...ec, d: 7 }, { kty: 'OKP', crv: 'Ed25519' }, { ...okp, crv: 'X' }, { ...okp, d: 'AA' }, { kty: 'AKP', alg: 'no' }, { kty: 'other' }]) {
  show(`public ${JSON.stringify(key).slice(0, 60)}`, () => crypto.createPublicKey({ key, format: 'jwk' }).asymmetricKeyType);
  show(`private ${JSON.stringify(key).slice(0, 60)}`, () => crypto.createPrivateKey({ key, format: 'jwk' }).asymmetricKeyType);
}
const { d: _, ...publicPart } = okp;
show('public as private', () => crypto.createPrivateKey({ key: publicPart, format: 'jwk' }));
