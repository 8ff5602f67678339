/** Big integers as bytes, and arithmetic modulo them. Time depends on the values: nothing here is constant-time. */

/** Big-endian. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  let text = '';
  for (const byte of bytes) text += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16);
  return text === '' ? 0n : BigInt(`0x${text}`);
}

/** Big-endian in the least number of bytes (none for 0), or in exactly `size`. */
export function bigIntBytes(value: bigint, size?: number): Uint8Array {
  let text = value === 0n ? '' : value.toString(16);
  if (text.length % 2 === 1) text = `0${text}`;
  const length = text.length / 2;
  if (size !== undefined && length > size) throw new RangeError(`A number of ${length} bytes does not fit into ${size}.`);
  const bytes = new Uint8Array(size ?? length);
  const start = bytes.length - length;
  for (let index = 0; index < length; index++) bytes[start + index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  return bytes;
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Bits of the exponent that are taken at once. */
const WINDOW = 5;

/** base^exponent mod modulus by fixed windows. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (modulus === 1n) return 0n;
  const reduced = mod(base, modulus);
  const digits = exponent.toString(2);
  if (digits.length <= 32) {
    let result = 1n;
    for (const digit of digits) {
      result = (result * result) % modulus;
      if (digit === '1') result = (result * reduced) % modulus;
    }
    return result;
  }
  const powers = [1n];
  for (let index = 1; index < 1 << WINDOW; index++) powers.push(((powers[index - 1] ?? 1n) * reduced) % modulus);
  const padded = digits.padStart(Math.ceil(digits.length / WINDOW) * WINDOW, '0');
  let result = 1n;
  for (let at = 0; at < padded.length; at += WINDOW) {
    for (let step = 0; step < WINDOW && at > 0; step++) result = (result * result) % modulus;
    const digit = Number.parseInt(padded.slice(at, at + WINDOW), 2);
    if (digit !== 0) result = (result * (powers[digit] ?? 1n)) % modulus;
  }
  return result;
}

/** The remainder that is not negative. */
export function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** The inverse of value, or undefined where there is none. */
export function modInverse(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return a === 1n ? mod(x, modulus) : undefined;
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
