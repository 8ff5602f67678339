// Generated pairs: sizes, kinds, encodings, and that they work.
const crypto = require('node:crypto');
const { show } = require('./fixtures/keys.js');
const cases = [['rsa', { modulusLength: 512 }], ['rsa', { modulusLength: 1024, publicExponent: 3 }], ['rsa-pss', { modulusLength: 512 }], ['rsa-pss', { modulusLength: 1024, hashAlgorithm: 'sha256' }], ['rsa-pss', { modulusLength: 1024, hashAlgorithm: 'sha1', mgf1HashAlgorithm: 'sha512', saltLength: 5 }], ['ec', { namedCurve: 'P-256' }], ['ec', { namedCurve: 'secp521r1', paramEncoding: 'explicit' }], ['ec', { namedCurve: 'brainpoolP256r1' }], ['ed25519'], ['ed448'], ['x25519'], ['x448'], ['dh', { group: 'modp5' }], ['dsa', { modulusLength: 1024, divisorLength: 160 }]];
for (const [type, options] of cases) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
  console.log(type, options, publicKey.asymmetricKeyType, publicKey.asymmetricKeyDetails, crypto.createPublicKey(privateKey).equals(publicKey), publicKey.export({ type: 'spki', format: 'der' }).length > 40);
  if (!/^(?:x|dh)/.test(type)) show('sign', () => crypto.verify(undefined, Buffer.from('m'), publicKey, crypto.sign(undefined, Buffer.from('m'), privateKey)));
}
const encoded = crypto.generateKeyPairSync('ec', { namedCurve: 'P-384', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'sec1', format: 'der' } });
console.log(encoded.publicKey.split('\n')[0], encoded.privateKey.length);
const jwk = crypto.generateKeyPairSync('ed25519', { publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'jwk' } });
console.log(Object.keys(jwk.publicKey), Object.keys(jwk.privateKey));
crypto.generateKeyPair('x25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'p' } }, (error, publicKey, privateKey) => {
  console.log(error, publicKey.type, crypto.createPrivateKey({ key: privateKey, passphrase: 'p' }).asymmetricKeyType);
});
require('node:util').promisify(crypto.generateKeyPair)('ec', { namedCurve: 'P-256' }).then((pair) => console.log(Object.keys(pair)));
