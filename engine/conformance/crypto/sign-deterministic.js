// Signatures without randomness: the same bytes everywhere.
const crypto = require('node:crypto');
const { keys, show, digest } = require('./fixtures/keys.js');
const data = Buffer.from('A message to be signed');
for (const name of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'sha3-512', 'ripemd160', 'md5-sha1', 'sm3', 'RSA-SHA256', 'blake2b512', 'shake128']) {
  for (const key of ['rsa', 'rsa-1024']) {
    show(`${key} ${name}`, () => digest(crypto.sign(name, data, keys[key])));
    show(`${key} ${name} stream`, () => crypto.createSign(name).update('A message ').update('to be signed').sign(keys[key], 'base64url').slice(0, 40));
  }
}
for (const name of ['ed25519', 'ed448']) {
  show(name, () => crypto.sign(null, data, keys[name]).toString('hex'));
  show(`${name} empty`, () => crypto.sign(undefined, Buffer.alloc(0), keys[name]).toString('hex'));
  show(`${name} context`, () => crypto.sign(null, data, { key: keys[name], context: Buffer.from('context') }).toString('hex'));
  show(`${name} digest`, () => crypto.sign('sha512', data, keys[name]));
  show(`${name} stream`, () => crypto.createSign('sha512').update(data).sign(keys[name]));
}
show('no padding of its own', () => digest(crypto.privateEncrypt(keys['rsa-1024'], data)));
