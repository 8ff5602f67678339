// CCM, OCB and ChaCha20-Poly1305.
const crypto = require('node:crypto');
const { show, seed } = require('./fixtures/keys.js');
const text = seed('text', 75);
const aad = seed('aad', 21);
for (const [name, ivs, tags] of [['aes-128-ccm', [7, 12, 13], [4, 16]], ['aes-256-ccm', [12], [8]], ['aes-128-ocb', [1, 12, 15], [8, 16]], ['aes-192-ocb', [12], [13]], ['chacha20-poly1305', [12], [16, 5]], ['aes-256-gcm', [12, 1], [16]]])
  for (const ivLength of ivs)
    for (const authTagLength of tags)
      for (const size of [0, 16, 75]) {
        const [key, iv] = [seed(`${name} key`, crypto.getCipherInfo(name).keyLength), seed(`${name} iv`, ivLength)];
        const input = text.subarray(0, size);
        show([name, ivLength, authTagLength, size].join(' '), () => {
          const cipher = crypto.createCipheriv(name, key, iv, { authTagLength });
          cipher.setAAD(aad, { plaintextLength: size });
          const sealed = Buffer.concat([cipher.update(input), cipher.final()]);
          const tag = cipher.getAuthTag();
          const open = (change) => {
            const decipher = crypto.createDecipheriv(name, key, iv, { authTagLength });
            decipher.setAuthTag(tag).setAAD(change ? aad.subarray(1) : aad, { plaintextLength: size });
            try {
              return Buffer.concat([decipher.update(sealed), decipher.final()]).equals(input);
            } catch (error) {
              return error.message;
            }
          };
          return [sealed.toString('hex'), tag.toString('hex'), open(false), open(true)];
        });
      }
const key = seed('k', 16);
const ccm = (iv = 12, options = { authTagLength: 16 }) => crypto.createCipheriv('aes-128-ccm', key, Buffer.alloc(iv), options);
for (const call of [() => ccm(6), () => ccm(14), () => ccm(12, {}), () => ccm(12, { authTagLength: 5 }), () => ccm(12, { authTagLength: 18 }), () => ccm().setAAD(aad), () => ccm(13).update(Buffer.alloc(70000)), () => crypto.createCipheriv('aes-128-ocb', key, Buffer.alloc(16), { authTagLength: 16 }), () => crypto.createCipheriv('aes-128-ocb', key, Buffer.alloc(12)), () => crypto.createCipheriv('aes-128-ocb', key, Buffer.alloc(12), { authTagLength: 17 }), () => crypto.createCipheriv('chacha20-poly1305', seed('k', 32), Buffer.alloc(13)), () => crypto.createCipheriv('chacha20-poly1305', seed('k', 32), Buffer.alloc(12), { authTagLength: 17 }), () => crypto.createDecipheriv('aes-128-ccm', key, Buffer.alloc(12), { authTagLength: 16 }).setAuthTag(Buffer.alloc(15))]) show(String(call), () => call() instanceof Buffer);
const twice = ccm();
console.log(twice.update('once').toString('hex'));
show('twice', () => twice.update('again'));
show('final', () => twice.final());
