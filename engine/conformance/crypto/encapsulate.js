// Key encapsulation with keys that are not post-quantum.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
for (const [name, key] of Object.entries(keys)) {
  show(name, () => {
    const { sharedKey, ciphertext } = crypto.encapsulate(crypto.createPublicKey(key));
    return [sharedKey.length, ciphertext.length, crypto.decapsulate(key, ciphertext).equals(sharedKey)];
  });
  show(`${name} wrong`, () => crypto.decapsulate(key, Buffer.alloc(3)));
}
// What a fixed ciphertext opens to.
const sender = crypto.createPublicKey(keys['ec-p256']).export({ format: 'raw-public' });
show('p256', () => crypto.decapsulate(keys['ec-p256'], sender).toString('hex'));
show('x25519', () => crypto.decapsulate(keys.x25519, crypto.createPublicKey(keys.x25519).export({ format: 'raw-public' })).toString('hex'));
show('x448', () => crypto.decapsulate(keys.x448, crypto.createPublicKey(keys.x448).export({ format: 'raw-public' })).toString('hex'));
show('p384', () => crypto.decapsulate(keys['ec-p384'], crypto.createPublicKey(keys['ec-p384']).export({ format: 'raw-public' })).toString('hex'));
show('rsa', () => crypto.decapsulate(keys['rsa-1024'], Buffer.alloc(128, 9)).toString('hex'));
crypto.decapsulate(keys.rsa, Buffer.alloc(3), (error) => console.log(error.message, { ...error }));
