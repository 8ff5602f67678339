// crypto.diffieHellman over all kinds of keys.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const names = ['x25519', 'x448', 'ec-p256', 'ec-p384', 'dh', 'ed25519', 'rsa'];
for (const one of names)
  for (const two of names) {
    const publicKey = crypto.createPublicKey(keys[two]);
    show(`${one} ${two}`, () => crypto.diffieHellman({ privateKey: keys[one], publicKey }).toString('hex'));
    show(`${one} ${two} encoded`, () => crypto.diffieHellman({ privateKey: keys[one].export({ type: 'pkcs8', format: 'pem' }), publicKey: { key: publicKey.export({ type: 'spki', format: 'der' }), format: 'der', type: 'spki' } }).toString('base64'));
  }
const low = { key: Buffer.alloc(32), format: 'raw-public', asymmetricKeyType: 'x25519' };
show('low order', () => crypto.diffieHellman({ privateKey: keys.x25519, publicKey: low }));
show('both private', () => crypto.diffieHellman({ privateKey: keys.x25519, publicKey: keys.x25519 }).toString('hex'));
for (const options of [undefined, {}, { privateKey: keys.x25519 }, { privateKey: crypto.createPublicKey(keys.x25519), publicKey: keys.x25519 }, { privateKey: crypto.createSecretKey(Buffer.alloc(1)), publicKey: keys.x25519 }]) show(`options ${Object.keys(options ?? {})}`, () => crypto.diffieHellman(options));
crypto.diffieHellman({ privateKey: keys['ec-p256'], publicKey: keys['ec-p384'] }, (error) => console.log(error.message, { ...error }));
crypto.diffieHellman({ privateKey: keys.x448, publicKey: crypto.createPublicKey(keys.x448) }, (error, secret) => console.log(error, secret.toString('hex')));
