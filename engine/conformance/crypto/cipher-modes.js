// Ciphers beside AES in CBC, CTR and GCM.
const crypto = require('node:crypto');
const { show, seed } = require('./fixtures/keys.js');
const text = seed('text', 75);
for (const name of ['aes-128-cfb', 'aes-192-cfb8', 'aes-256-cfb1', 'aes-128-ofb', 'aes-256-ecb', 'des-ede3-cbc', 'des-ede-cbc', 'des-ede3', 'des3', 'des-ede3-cfb', 'des-ede3-cfb8', 'des-ede3-ofb', 'des-ede-ofb', 'chacha20', 'aes128-wrap', 'aes256-wrap', 'aes192-wrap-pad', 'id-aes256-wrap-pad']) {
  const info = crypto.getCipherInfo(name);
  console.log(name, info);
  const [key, iv] = [seed(`${name} key`, info.keyLength), info.ivLength === undefined ? null : seed(`${name} iv`, info.ivLength)];
  show(name, () => {
    const input = info.mode === 'wrap' && !name.includes('pad') ? text.subarray(0, 64) : text;
    const cipher = crypto.createCipheriv(name, key, iv);
    const parts = info.mode === 'wrap' ? [cipher.update(input)] : [cipher.update(input.subarray(0, 5)), cipher.update(input.subarray(5, 40)), cipher.update(input.subarray(40))];
    const sealed = Buffer.concat([...parts, cipher.final()]);
    const decipher = crypto.createDecipheriv(name, key, iv);
    return [sealed.toString('hex'), Buffer.concat([decipher.update(sealed), decipher.final()]).equals(input)];
  });
}
const wrap = (size) => crypto.createCipheriv('aes128-wrap', seed('k', 16), Buffer.alloc(8, 0xa6)).update(Buffer.alloc(size));
for (const size of [0, 8, 9, 16]) show(`wrap ${size}`, () => wrap(size).toString('hex'));
show('unwrap wrong', () => crypto.createDecipheriv('aes128-wrap', seed('k', 16), Buffer.alloc(8, 0xa6)).update(Buffer.alloc(24)));
show('unwrap wrong', () => crypto.createDecipheriv('aes128-wrap', seed('k', 16), Buffer.alloc(8)).update(wrap(16)));
show('vector', () => crypto.createCipheriv('chacha20', seed('k', 32), Buffer.alloc(12)));
show('key', () => crypto.createCipheriv('des-ede3-cbc', seed('k', 16), Buffer.alloc(8)));
show('padding', () => crypto.createDecipheriv('des-ede3-cbc', seed('k', 24), Buffer.alloc(8)).final());
for (const query of [['aes-128-ccm', { ivLength: 13 }], ['aes-128-ccm', { ivLength: 14 }], ['aes-128-ocb', { ivLength: 15 }], ['aes-128-ocb', { ivLength: 16 }], ['chacha20-poly1305', { ivLength: 11 }], ['des3', { keyLength: 16 }], [1018], [44], [99999]]) console.log(query, crypto.getCipherInfo(...query));
