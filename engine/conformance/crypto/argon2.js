// Argon2.
const crypto = require('node:crypto');
const { show } = require('./fixtures/keys.js');
const base = { message: 'password', nonce: Buffer.alloc(16, 2), parallelism: 2, tagLength: 32, memory: 32, passes: 3 };
for (const name of ['argon2d', 'argon2i', 'argon2id']) {
  show(name, () => crypto.argon2Sync(name, base).toString('hex'));
  show(`${name} more`, () => crypto.argon2Sync(name, { ...base, parallelism: 1, tagLength: 70, secret: Buffer.alloc(8, 3), associatedData: Buffer.alloc(12, 4) }).toString('hex'));
}
for (const change of [{ nonce: Buffer.alloc(3) }, { parallelism: 0 }, { tagLength: 3 }, { memory: 3 }, { passes: 0 }, { message: 5 }, { secret: 5 }]) show(JSON.stringify(change), () => crypto.argon2Sync('argon2id', { ...base, ...change }));
show('name', () => crypto.argon2Sync('nope', base));
crypto.argon2('argon2id', base, (error, result) => console.log(error, result.toString('base64')));
