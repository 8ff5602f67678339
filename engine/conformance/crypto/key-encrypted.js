// Private keys under a passphrase, in both PEM forms, and what a wrong one gives.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const head = (text) => text.split('\n').slice(0, text.includes('DEK-Info') ? 3 : 1).map((line) => line.replace(/,[0-9A-F]+$/, ',IV'));
for (const name of ['rsa-1024', 'ec-p256', 'ed25519', 'dsa']) {
  for (const type of ['pkcs8', 'pkcs1', 'sec1']) {
    for (const cipher of ['aes-128-cbc', 'aes-256-cbc', 'aes-192-cfb', 'aes-256-ofb', 'des-ede3-cbc', 'AES-256-CBC', 'nothing', 'aes-128-ecb', 'aes-128-ctr']) {
      show([name, type, cipher].join(' '), () => {
        const key = keys[name].export({ type, format: 'pem', cipher, passphrase: 'secret' });
        const back = crypto.createPrivateKey({ key, passphrase: 'secret' }).equals(keys[name]);
        return [...head(key), back];
      });
    }
  }
}
const pkcs8 = keys['rsa-1024'].export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
const legacy = keys['rsa-1024'].export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
const der = keys['rsa-1024'].export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: Buffer.from('secret') });
for (const [label, key] of Object.entries({ pkcs8, legacy })) {
  show(`${label} none`, () => crypto.createPrivateKey(key));
  show(`${label} too long`, () => crypto.createPrivateKey({ key, passphrase: 'x'.repeat(1025) }));
  show(`${label} public`, () => crypto.createPublicKey({ key, passphrase: 'secret' }).type);
}
show('der', () => crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8', passphrase: 'secret' }).equals(keys['rsa-1024']));
show('der none', () => crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
show('no cipher', () => keys.ed25519.export({ type: 'pkcs8', format: 'pem', passphrase: 'x' }));
show('no passphrase', () => keys.ed25519.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc' }));
show('encrypted pkcs1 der', () => keys.rsa.export({ type: 'pkcs1', format: 'der', cipher: 'aes-128-cbc', passphrase: 'x' }));
