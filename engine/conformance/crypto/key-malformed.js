// What is no key.
const crypto = require('node:crypto');
const { keys, certificates, show } = require('./fixtures/keys.js');
const block = (label, text) => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`;
const inputs = ['', 'nothing', block('PRIVATE KEY', 'AAAA'), block('PRIVATE KEY', '!'), block('PUBLIC KEY', 'AAAA'), block('PUBLIC KEY', '!'), block('RSA PUBLIC KEY', 'AAAA'), block('RSA PRIVATE KEY', 'AAAA'), block('EC PRIVATE KEY', 'AAAA'), block('CERTIFICATE', 'AAAA'), block('OTHER', 'AAAA'), certificates.leaf];
for (const key of inputs) {
  show(`public ${JSON.stringify(key).slice(0, 50)}`, () => crypto.createPublicKey(key).asymmetricKeyType);
  show(`private ${JSON.stringify(key).slice(0, 50)}`, () => crypto.createPrivateKey(key).asymmetricKeyType);
}
show('public as private', () => crypto.createPrivateKey(crypto.createPublicKey(keys.rsa).export({ type: 'spki', format: 'pem' })));
show('private as public', () => crypto.createPublicKey(keys.rsa.export({ type: 'pkcs8', format: 'pem' })).equals(crypto.createPublicKey(keys.rsa)));
show('text around', () => crypto.createPrivateKey(`before\n${keys.ed25519.export({ type: 'pkcs8', format: 'pem' })}after`).equals(keys.ed25519));
show('line ends', () => crypto.createPrivateKey(keys.ed25519.export({ type: 'pkcs8', format: 'pem' }).replaceAll('\n', '\r\n')).equals(keys.ed25519));
const cut = keys.rsa.export({ type: 'pkcs8', format: 'der' }).subarray(0, 100);
show('cut', () => crypto.createPrivateKey({ key: cut, format: 'der', type: 'pkcs8' }).type);
for (const bad of [undefined, null, 5, true, {}, { key: 5 }, { key: 'x', format: 'nope' }, { key: Buffer.alloc(3), format: 'der' }, { key: Buffer.alloc(3), format: 'der', type: 'nope' }]) {
  show(`argument ${JSON.stringify(bad)}`, () => crypto.createPrivateKey(bad));
  show(`argument ${JSON.stringify(bad)}`, () => crypto.createPublicKey(bad));
}
show('key object', () => crypto.createPublicKey(crypto.createPublicKey(keys.rsa)));
show('secret', () => crypto.createPublicKey(crypto.createSecretKey(Buffer.alloc(3))));
show('encoding', () => keys.rsa.export());
show('encoding', () => keys.rsa.export({ format: 'pem', type: 'sec1' }));
show('encoding', () => keys.ed25519.export({ format: 'pem', type: 'pkcs1' }));
