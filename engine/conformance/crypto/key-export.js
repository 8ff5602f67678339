// Every kind of key in every encoding, and back.
const crypto = require('node:crypto');
const { keys, show, digest } = require('./fixtures/keys.js');
for (const [name, key] of Object.entries(keys)) {
  const publicKey = crypto.createPublicKey(key);
  console.log(name, key.type, key.asymmetricKeyType, key.asymmetricKeyDetails, publicKey.type);
  for (const type of ['spki', 'pkcs1']) {
    for (const format of ['pem', 'der']) {
      show(`${name} public ${type} ${format}`, () => {
        const text = publicKey.export({ type, format });
        return [digest(text), crypto.createPublicKey({ key: text, type, format }).equals(publicKey)];
      });
    }
  }
  for (const type of ['pkcs8', 'pkcs1', 'sec1']) {
    for (const format of ['pem', 'der']) {
      show(`${name} private ${type} ${format}`, () => {
        const text = key.export({ type, format });
        return [digest(text), crypto.createPrivateKey({ key: text, type, format }).equals(key), crypto.createPublicKey({ key: text, type, format }).equals(publicKey)];
      });
    }
  }
}
