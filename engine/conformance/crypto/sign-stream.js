// Sign and Verify are streams.
const crypto = require('node:crypto');
const { pipeline } = require('node:stream/promises');
const { Readable } = require('node:stream');
const { keys, digest } = require('./fixtures/keys.js');
const pieces = ['one ', 'two ', 'three'];
const sign = crypto.createSign('sha384');
const verify = crypto.createVerify('RSA-SHA384');
(async () => {
  await pipeline(Readable.from(pieces), sign);
  await pipeline(Readable.from(pieces), verify);
  const signature = sign.sign(keys.rsa);
  console.log(digest(signature), verify.verify(keys.rsa, signature));
  console.log(sign instanceof require('node:stream').Writable, crypto.Sign('sha1') instanceof crypto.Sign, Object.keys(crypto.createSign('sha1')).includes('_writableState'));
  for (const encoding of ['hex', 'base64', 'latin1', 'buffer', undefined]) console.log(encoding, typeof crypto.createSign('sha1').update('6162', 'hex').sign(keys.rsa, encoding));
  console.log(crypto.createVerify('sha1').update('ab').verify(keys.rsa, crypto.createSign('sha1').update('6162', 'hex').sign(keys.rsa, 'hex'), 'hex'));
})();
