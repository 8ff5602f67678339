// Post-quantum keys, of fixed seeds.
const crypto = require('node:crypto');
const { seed, show, digest } = require('./fixtures/keys.js');
const data = Buffer.from('A message');
for (const [type, size] of [['ml-dsa-44', 32], ['ml-dsa-65', 32], ['ml-dsa-87', 32], ['ml-kem-512', 64], ['ml-kem-768', 64], ['ml-kem-1024', 64]]) {
  const key = crypto.createPrivateKey({ key: seed(type, size), format: 'raw-seed', asymmetricKeyType: type });
  const publicKey = crypto.createPublicKey(key);
  console.log(type, key.asymmetricKeyType, key.asymmetricKeyDetails, digest(publicKey.export({ format: 'raw-public' })));
  show('pkcs8', () => digest(key.export({ type: 'pkcs8', format: 'der' })));
  show('spki', () => digest(publicKey.export({ type: 'spki', format: 'pem' })));
  show('jwk', () => digest(JSON.stringify(key.export({ format: 'jwk' }))));
  show('raw', () => [key.export({ format: 'raw-seed' }).equals(seed(type, size))]);
  show('raw-private', () => key.export({ format: 'raw-private' }));
  show('back', () => [crypto.createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' })).equals(key), crypto.createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' }).equals(key)]);
  show('sign', () => {
    const signature = crypto.sign(null, data, key);
    return [signature.length, crypto.verify(null, data, publicKey, signature), crypto.verify(null, Buffer.from('x'), publicKey, signature), crypto.verify(null, data, { key: publicKey, context: data }, signature)];
  });
  show('digest', () => crypto.sign('sha256', data, key));
  show('encapsulate', () => {
    const { sharedKey, ciphertext } = crypto.encapsulate(publicKey);
    return [sharedKey.length, ciphertext.length, crypto.decapsulate(key, ciphertext).equals(sharedKey)];
  });
  show('decapsulate', () => crypto.decapsulate(key, Buffer.alloc(5)));
}
show('seed', () => crypto.createPrivateKey({ key: seed('x', 31), format: 'raw-seed', asymmetricKeyType: 'ml-dsa-44' }));
show('slh', () => crypto.generateKeyPairSync('slh-dsa-sha2-128f').publicKey.export({ format: 'jwk' }).alg);
