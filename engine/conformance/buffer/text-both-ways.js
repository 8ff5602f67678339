// Texts and bytes of many lengths and kinds, both ways in each encoding: what comes out, as a hash.
const { createHash } = require('node:crypto');

let state = 12345;
const random = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % below;
};
const kinds = {
  ascii: () => random(128),
  latin1: () => random(256),
  noControls: () => [random(128), 160 + random(96)][random(2)],
  high: () => 128 + random(32),
};
const encodings = ['latin1', 'ascii', 'base64', 'base64url', 'hex', 'utf8', 'utf16le'];
const lengths = [0, 1, 2, 3, 23, 24, 25, 26, 100, 255, 1000, 8191, 8192, 8193, 20000];

for (const [kind, byte] of Object.entries(kinds)) {
  for (const encoding of encodings) {
    const hash = createHash('sha1');
    for (const length of lengths) {
      const bytes = Buffer.from(Array.from({ length }, byte));
      const text = bytes.toString(encoding);
      const back = Buffer.from(text, encoding);
      const part = bytes.toString(encoding, 1, length - 1);
      const target = Buffer.alloc(length + 8, 46);
      const written = [target.write(text, 3, encoding), target.write(text, 1, Math.min(30, length), encoding), target.write(text, encoding)];
      hash.update(JSON.stringify([length, text, part, back.length, written])).update(back).update(target);
    }
    console.log(kind, encoding, hash.digest('hex'));
  }
}

// Characters that the encoding does not have.
for (const encoding of encodings) {
  const texts = ['grüße', 'ab€'.repeat(20), '\u0100\u01ff'.repeat(30), 'ÿ'.repeat(40), '𝒳y'.repeat(20), '\ud800'.repeat(30)];
  console.log(encoding, texts.map((text) => Buffer.from(text, encoding).toString('hex')).join(' '));
}

// Base64 that is not strict.
for (const text of ['aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxk', 'aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxkIQ==', 'aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxkIQ', 'aGVsbG8g d29ybGQs\nIGhlbGxvIHdvcmxkISE=', 'aGVsbG8*d29ybGQsIGhlbGxvIHdvcmxkIQ=', '-_-_-_-_+/+/+/+/-_-_-_-_+/+/+/+/', 'aGVsbG8=d29ybGQsIGhlbGxvIHdvcmxkIQ==', 'aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxkIQ======', 'aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxkIQ===x']) {
  for (const encoding of ['base64', 'base64url']) console.log(encoding, Buffer.from(text, encoding).toString('latin1'), Buffer.byteLength(text, encoding));
}
