// RSASSA-PSS: paddings, salt lengths, restricted keys.
const crypto = require('node:crypto');
const { keys, show } = require('./fixtures/keys.js');
const data = Buffer.from('A message to be signed');
const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_NO_PADDING, RSA_PKCS1_OAEP_PADDING } = crypto.constants;
for (const name of ['rsa-1024', 'rsa-pss']) {
  const publicKey = crypto.createPublicKey(keys[name]);
  for (const padding of [undefined, RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_NO_PADDING, RSA_PKCS1_OAEP_PADDING, 99]) {
    for (const saltLength of [undefined, -1, -2, -3, -4, -5, 0, 16, 20, 94, 95, 1000]) {
      const options = { padding, saltLength };
      show([name, padding, saltLength, 'sign'].join(' '), () => crypto.sign('sha256', data, { key: keys[name], ...options }).length);
      show([name, padding, saltLength, 'stream'].join(' '), () => {
        const signature = crypto.createSign('sha256').update(data).sign({ key: keys[name], ...options });
        return [crypto.verify('sha256', data, { key: publicKey, ...options }, signature), crypto.verify('sha256', data, { key: publicKey, padding: padding ?? undefined }, signature)];
      });
    }
  }
}
const fixed = { key: keys['rsa-1024'], padding: RSA_PKCS1_PSS_PADDING, saltLength: 0 };
console.log(crypto.sign('sha256', data, fixed).toString('base64'));
console.log(crypto.sign('sha1', data, fixed).toString('base64'));
show('other hash', () => crypto.sign('sha512', data, keys['rsa-pss']));
for (const bad of ['x', 1.5, null]) show(`salt ${bad}`, () => crypto.sign('sha256', data, { ...fixed, saltLength: bad }));
