// RSA encryption: what one side wrote the other reads, and the same errors.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const { RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PSS_PADDING } = crypto.constants;
const privateKey = keys['rsa-1024'];
const publicKey = crypto.createPublicKey(privateKey);
const text = Buffer.from('A short secret');
for (const oaepHash of [undefined, 'sha1', 'sha256', 'sha512', 'md5', 'sha3-256', 'nope'])
  for (const oaepLabel of [undefined, Buffer.from('label')])
    show(`oaep ${oaepHash} ${oaepLabel}`, () => {
      const options = { oaepHash, oaepLabel };
      const sealed = crypto.publicEncrypt({ key: publicKey, ...options }, text);
      return [sealed.length, crypto.privateDecrypt({ key: privateKey, ...options }, sealed).equals(text)];
    });
for (const padding of [RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PSS_PADDING, 99])
  for (const size of [0, 1, 86, 87, 117, 118, 128, 129])
    for (const name of ['publicEncrypt', 'privateEncrypt']) {
      const key = name === 'publicEncrypt' ? publicKey : privateKey;
      const data = Buffer.alloc(size, 1);
      show([padding, size, name].join(' '), () => {
        const sealed = crypto[name]({ key, padding }, data);
        const opened = name === 'publicEncrypt' ? crypto.privateDecrypt({ key: privateKey, padding }, sealed) : crypto.publicDecrypt({ key: publicKey, padding }, sealed);
        return [sealed.length, opened.equals(data)];
      });
    }
console.log(crypto.privateEncrypt(privateKey, text).toString('base64'));
console.log(crypto.publicEncrypt({ key: publicKey, padding: RSA_NO_PADDING }, Buffer.alloc(128, 7)).toString('base64'));
