// ECDH with fixed keys, formats of points, errors.
const crypto = require('node:crypto');
const { show, seed } = require('./fixtures/keys.js');
for (const [curve, size] of [['prime192v1', 24], ['secp224r1', 28], ['prime256v1', 32], ['secp256k1', 32], ['secp384r1', 48], ['secp521r1', 65], ['brainpoolP256r1', 31], ['brainpoolP384t1', 47], ['secp112r1', 13], ['secp160r1', 19], ['prime239v1', 29]]) {
  const [one, two] = ['one', 'two'].map((name) => {
    const party = crypto.createECDH(curve);
    party.setPrivateKey(seed(`${curve} ${name}`, size));
    return party;
  });
  console.log(curve, one.getPublicKey('hex', 'compressed'), one.getPrivateKey('hex'), digestOf(one.getPublicKey('hex', 'hybrid')));
  console.log(one.computeSecret(two.getPublicKey(), null, 'hex'), two.computeSecret(one.getPublicKey(null, 'compressed')).equals(one.computeSecret(two.getPublicKey())));
}
function digestOf(text) {
  return crypto.createHash('sha256').update(text).digest('hex').slice(0, 16);
}
const party = crypto.createECDH('secp256k1');
show('no public key', () => party.getPublicKey());
show('no private key', () => party.getPrivateKey());
show('no keys', () => party.computeSecret(Buffer.alloc(65)));
show('zero', () => party.setPrivateKey(Buffer.alloc(32)));
show('too large', () => party.setPrivateKey(Buffer.alloc(32, 255)));
party.setPrivateKey(Buffer.from([1]));
show('one', () => [party.getPrivateKey('hex'), party.getPublicKey('hex')]);
show('no point', () => party.computeSecret(Buffer.alloc(65, 4)));
show('format', () => party.getPublicKey('hex', 'nope'));
for (const format of ['compressed', 'uncompressed', 'hybrid', undefined]) show(`convert ${format}`, () => crypto.ECDH.convertKey(party.getPublicKey(), 'secp256k1', undefined, 'hex', format));
for (const [key, curve] of [[Buffer.alloc(3), 'secp256k1'], [Buffer.alloc(33, 2), 'nope'], [Buffer.alloc(0), 'secp256k1']]) show(`convert ${key.length} ${curve}`, () => crypto.ECDH.convertKey(key, curve));
show('curve', () => crypto.createECDH('P-256'));
show('curve', () => crypto.createECDH(5));
console.log(crypto.getCurves().length, crypto.createECDH('prime256v1').generateKeys().length, crypto.createECDH('prime256v1').generateKeys('hex', 'compressed').length);
