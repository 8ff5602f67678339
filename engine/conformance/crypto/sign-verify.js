// Signatures with randomness: they verify, and nothing else does.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const data = Buffer.from('A message to be signed');
for (const name of ['rsa-1024', 'rsa-pss', 'dsa', 'ec-p256', 'ec-p384', 'ec-secp256k1']) {
  const publicKey = crypto.createPublicKey(keys[name]);
  for (const hash of ['sha1', 'sha256', 'sha512', null, 'md5', 'sha3-256']) {
    show(`${name} ${hash}`, () => {
      const signature = crypto.sign(hash, data, keys[name]);
      const wrong = Buffer.from(signature);
      wrong[wrong.length - 1] ^= 1;
      return [crypto.verify(hash, data, publicKey, signature), crypto.verify(hash, data, keys[name], signature), crypto.verify(hash, data, publicKey, wrong), crypto.verify(hash, Buffer.from('other'), publicKey, signature), crypto.verify(hash, data, publicKey, signature.subarray(1))];
    });
    if (hash === null) continue;
    show(`${name} ${hash} stream`, () => {
      const signature = crypto.createSign(hash).update(data).sign(keys[name]);
      return [crypto.createVerify(hash).update(data).verify(publicKey, signature), crypto.createVerify(hash).update('x').verify(publicKey, signature), crypto.verify(hash, data, publicKey, signature)];
    });
  }
}
for (const name of ['dsa', 'ec-p256', 'ec-p384', 'rsa-1024']) {
  const key = { key: keys[name], dsaEncoding: 'ieee-p1363' };
  const signature = crypto.sign('sha256', data, key);
  console.log(name, signature.length, crypto.verify('sha256', data, key, signature), crypto.verify('sha256', data, keys[name], signature), crypto.createVerify('sha256').update(data).verify(key, signature));
  show(`${name} short`, () => crypto.createVerify('sha256').update(data).verify(key, signature.subarray(1)));
  show(`${name} short`, () => crypto.verify('sha256', data, key, signature.subarray(1)));
}
show('encoding', () => crypto.sign('sha256', data, { key: keys.dsa, dsaEncoding: 'nope' }));
