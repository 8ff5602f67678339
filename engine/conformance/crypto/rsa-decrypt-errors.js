// RSA decryption of what was not encrypted, and the answer that gives nothing away.
const crypto = require('node:crypto');
const { keys, show, seed } = require('./fixtures/keys.js');
const { RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PSS_PADDING } = crypto.constants;
const privateKey = keys['rsa-1024'];
const publicKey = crypto.createPublicKey(privateKey);
for (const padding of [RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PSS_PADDING])
  for (const data of [Buffer.alloc(0), Buffer.alloc(10, 1), Buffer.alloc(128, 1), Buffer.alloc(128, 255), Buffer.alloc(129, 1)]) {
    show(`privateDecrypt ${padding} ${data.length} ${data[0]}`, () => crypto.privateDecrypt({ key: privateKey, padding }, data).toString('hex'));
    show(`publicDecrypt ${padding} ${data.length} ${data[0]}`, () => crypto.publicDecrypt({ key: publicKey, padding }, data).toString('hex'));
  }
// Bad PKCS #1 padding decrypts to a text that depends on key and input alone.
for (let index = 0; index < 12; index++) {
  const data = seed(`rejected ${index}`, 127);
  console.log(crypto.privateDecrypt({ key: privateKey, padding: RSA_PKCS1_PADDING }, data).toString('hex'));
  console.log(crypto.privateDecrypt({ key: keys.rsa, padding: RSA_PKCS1_PADDING }, data).toString('hex'));
}
for (const name of ['ec-p256', 'ed25519', 'x25519', 'dsa', 'dh', 'rsa-pss'])
  for (const call of ['publicEncrypt', 'privateDecrypt', 'privateEncrypt', 'publicDecrypt'])
    show(`${name} ${call}`, () => crypto[call](keys[name], Buffer.alloc(128, 1)));
show('label', () => crypto.privateDecrypt({ key: privateKey, oaepLabel: Buffer.from('x') }, crypto.publicEncrypt(publicKey, Buffer.from('y'))));
show('without private', () => crypto.privateDecrypt(publicKey.export({ type: 'spki', format: 'pem' }), Buffer.alloc(128, 1)));
show('arguments', () => crypto.publicEncrypt(publicKey, 5));
show('arguments', () => crypto.publicEncrypt({ key: publicKey, oaepHash: 5 }, Buffer.alloc(1)));
