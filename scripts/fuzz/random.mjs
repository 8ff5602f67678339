/** Repeatable random choices (mulberry32). */
export class Random {
  /** @param {number} seed */
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `limit`. @param {number} limit */
  below(limit) {
    return Math.floor(this.next() * limit);
  }

  /** @param {number} probability */
  chance(probability) {
    return this.next() < probability;
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  pick(list) {
    return /** @type {T} */ (list[this.below(list.length)]);
  }

  /** Mostly short, sometimes long. @param {number} longest */
  length(longest) {
    return this.below(this.chance(0.9) ? Math.min(longest, 12) : longest);
  }

  /** @param {number} length */
  bytes(length) {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 3) {
      const bits = this.below(2 ** 24);
      bytes[at] = bits;
      bytes[at + 1] = bits >>> 8;
      bytes[at + 2] = bits >>> 16;
    }
    return bytes;
  }

  /** Text with letters, and now and then what parsers trip over. @param {number} longest */
  text(longest) {
    const odd = [
      '\0',
      '\n',
      '\r\n',
      ' ',
      '/',
      '\\',
      '..',
      '.',
      'ü',
      '世',
      '🍓',
      '\ud800',
      '"',
      '%',
      ':',
      '=',
      '__proto__',
      'constructor',
      '-',
      '-1',
      '9'.repeat(20),
    ];
    let text = '';
    for (let left = this.length(longest); left > 0; left -= 1)
      text += this.chance(0.2) ? this.pick(odd) : String.fromCharCode(97 + this.below(26));
    return text;
  }

  /** A copy with some bytes changed, cut out, doubled or put in. @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>} */
  mutate(bytes) {
    let result = Uint8Array.from(bytes);
    for (let left = 1 + this.length(8); left > 0; left -= 1) {
      const at = this.below(result.length + 1);
      const end = Math.min(result.length, at + this.length(600));
      const parts = this.pick([
        () => [
          result.subarray(0, at),
          Uint8Array.of(this.pick([0, 1, 0x20, 0x2d, 0x30, 0x37, 0x7f, 0x80, 0xff, this.below(256)])),
          result.subarray(at + 1),
        ],
        () => [result.subarray(0, at)],
        () => [result.subarray(0, at), result.subarray(end)],
        () => [result.subarray(0, end), result.subarray(at)],
        () => [result.subarray(0, at), this.bytes(this.length(64)), result.subarray(at)],
      ])();
      result = joined(parts);
    }
    return result;
  }
}

/** @param {readonly Uint8Array[]} parts @returns {Uint8Array<ArrayBuffer>} */
export const joined = (parts) => new Uint8Array(Buffer.concat(parts));
