// Keys as bare bytes.
const crypto = require('node:crypto');
const { keys, seed, show } = require('./fixtures/keys.js');
for (const [name, key] of Object.entries(keys)) {
  const publicKey = crypto.createPublicKey(key);
  show(`${name} raw-public`, () => publicKey.export({ format: 'raw-public' }).toString('hex'));
  show(`${name} compressed`, () => publicKey.export({ format: 'raw-public', type: 'compressed' }).toString('hex'));
  show(`${name} raw-private`, () => key.export({ format: 'raw-private' }).toString('hex'));
  show(`${name} raw-seed`, () => key.export({ format: 'raw-seed' }));
}
for (const [type, size] of [['ed25519', 31], ['ed448', 57], ['x25519', 33], ['rsa', 32], ['nothing', 32], ['ec', 32], ['Ed25519', 32]]) {
  for (const format of ['raw-public', 'raw-private', 'raw-seed']) {
    for (const namedCurve of [undefined, 'P-256', 'nothing']) {
      const options = { key: seed('raw', size), format, asymmetricKeyType: type, namedCurve };
      show([type, size, format, namedCurve].join(' '), () => (format === 'raw-public' ? crypto.createPublicKey : crypto.createPrivateKey)(options).type);
    }
  }
}
const point = crypto.createPublicKey(keys['ec-p384']).export({ format: 'raw-public', type: 'compressed' });
show('compressed point', () => crypto.createPublicKey({ key: point, format: 'raw-public', asymmetricKeyType: 'ec', namedCurve: 'P-384' }).equals(crypto.createPublicKey(keys['ec-p384'])));
