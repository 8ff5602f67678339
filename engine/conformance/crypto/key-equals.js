// Comparing keys, and the classes of keys.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const names = Object.keys(keys);
for (const one of names) console.log(one, names.filter((other) => keys[one].equals(keys[other])).join(), keys[one].equals(crypto.createPublicKey(keys[one])), crypto.createPublicKey(keys[one]).equals(crypto.createPublicKey(keys[one])));
show('other', () => keys.rsa.equals(5));
console.log(keys.rsa, keys.rsa instanceof crypto.KeyObject, Object.prototype.toString.call(keys.rsa), Object.getOwnPropertyNames(Object.getPrototypeOf(keys.rsa)), Object.keys(keys.rsa));
console.log(keys.rsa.symmetricKeySize, keys.rsa.asymmetricKeySize, crypto.createSecretKey(Buffer.alloc(7)).asymmetricKeyType);
show('new', () => new crypto.KeyObject('private', {}));
show('from', () => crypto.KeyObject.from({}));
const again = keys.rsa.asymmetricKeyDetails;
again.modulusLength = 1;
console.log(keys.rsa.asymmetricKeyDetails);
