// Signing and verifying with what does not fit.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const data = Buffer.from('x');
for (const name of ['x25519', 'x448', 'dh', 'ed25519']) {
  const publicKey = crypto.createPublicKey(keys[name]);
  show(`${name} sign`, () => crypto.sign('sha256', data, keys[name]));
  show(`${name} stream`, () => crypto.createSign('sha256').update(data).sign(keys[name]));
  show(`${name} verify`, () => crypto.verify('sha256', data, publicKey, Buffer.alloc(64)));
  show(`${name} verify stream`, () => crypto.createVerify('sha256').update(data).verify(publicKey, Buffer.alloc(64)));
}
for (const call of [() => crypto.createSign('nope'), () => crypto.createVerify('nope'), () => crypto.createSign(5), () => crypto.sign('nope', data, keys.rsa), () => crypto.sign('sha256', 'text', keys.rsa), () => crypto.sign('sha256', data), () => crypto.sign('sha256', data, crypto.createPublicKey(keys.rsa)), () => crypto.sign('sha256', data, crypto.createSecretKey(data)), () => crypto.createSign('sha256').update(5), () => crypto.createSign('sha256').sign(), () => crypto.createVerify('sha256').verify(keys.rsa, 5), () => crypto.sign(null, data, { key: keys.rsa, context: data }), () => crypto.sign(null, data, { key: keys.ed448, context: 'x' }), () => crypto.sign(null, data, { key: keys.ed448, context: Buffer.alloc(256) }), () => crypto.sign('sha256', data, { key: keys.rsa, padding: 'x' })])
  show(String(call).slice(6, 90), call);
const sign = crypto.createSign('sha256').update(data);
sign.sign(keys.rsa);
show('twice', () => sign.sign(keys.rsa));
show('update after', () => sign.update(data));
const verify = crypto.createVerify('sha256').update(data);
console.log(verify.verify(keys.rsa, Buffer.alloc(256)));
show('twice', () => verify.verify(keys.rsa, Buffer.alloc(256)));
crypto.sign('sha512', data, { key: keys['rsa-1024'], padding: 3 }, (error) => console.log(error.message, { ...error }));
crypto.sign('sha256', data, keys.x25519, (error) => console.log(error.message, { ...error }));
crypto.verify('sha256', data, keys.ed25519, Buffer.alloc(64), (error, result) => console.log(error.message, result));
crypto.sign(null, data, keys.ed25519, (error, signature) => console.log(error, signature.length));
