// Netscape's signed public keys.
const crypto = require('node:crypto');
const { Certificate } = crypto;
const { keys, show } = require('./fixtures/keys.js');
const tagged = (tag, ...parts) => {
  const content = Buffer.concat(parts);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const spki = crypto.createPublicKey(keys.rsa).export({ type: 'spki', format: 'der' });
const body = tagged(0x30, spki, tagged(0x16, Buffer.from('this-is-a-challenge')));
const algorithm = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
const signature = crypto.sign('sha256', body, keys.rsa);
const make = (bytes) => tagged(0x30, body, algorithm, tagged(0x03, Buffer.from([0]), bytes)).toString('base64');
const wrong = Buffer.from(signature);
wrong[5] ^= 1;
for (const [label, text] of Object.entries({ good: make(signature), wrong: make(wrong), nothing: 'nothing', empty: '', cut: make(signature).slice(0, 100) })) {
  show(`${label} verify`, () => [Certificate.verifySpkac(Buffer.from(text)), Certificate.verifySpkac(text)]);
  show(`${label} key`, () => Certificate.exportPublicKey(text).toString('utf8'));
  show(`${label} challenge`, () => Certificate.exportChallenge(Buffer.from(text)).toString('utf8'));
}
console.log(Certificate() instanceof Certificate, new Certificate().verifySpkac(make(signature)));
show('argument', () => Certificate.verifySpkac(5));
