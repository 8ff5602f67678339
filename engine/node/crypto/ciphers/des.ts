/** The DES block function and its triple use (FIPS 46-3). Only for old data: it is slow here and weak everywhere. */

// Bit positions are FIPS 46-3's: 1 is the highest.
const PERMUTED_CHOICE_1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7,
  62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];
const PERMUTED_CHOICE_2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48,
  44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const INITIAL = [
  58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8, 57, 49, 41,
  33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
];
const FINAL = INITIAL.map((_, index) => INITIAL.indexOf(index + 1) + 1);
const PERMUTATION = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25];
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
/** One box a string: four rows of sixteen hexadecimal digits. */
const BOXES = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
];

let tables: readonly Uint32Array[] | undefined;

/** The boxes joined with the permutation behind them. */
function boxTables(): readonly Uint32Array[] {
  tables ??= BOXES.map((digits, box) =>
    Uint32Array.from({ length: 64 }, (_, input) => {
      const row = ((input >> 4) & 2) | (input & 1);
      const value = Number.parseInt(digits[16 * row + ((input >> 1) & 15)] ?? '0', 16);
      const placed = (value << (28 - 4 * box)) >>> 0;
      return PERMUTATION.reduce((sum, from, to) => (((placed >>> (32 - from)) & 1) << (31 - to)) | sum, 0) >>> 0;
    }),
  );
  return tables;
}

function permute(bits: readonly number[], positions: readonly number[]): number[] {
  return positions.map((position) => bits[position - 1] ?? 0);
}

function bitsOf(bytes: Uint8Array): number[] {
  return Array.from(bytes).flatMap((byte) => Array.from({ length: 8 }, (_, index) => (byte >> (7 - index)) & 1));
}

/** Sixteen keys of eight groups of six bits. */
function schedule(key: Uint8Array): Uint8Array[] {
  const chosen = permute(bitsOf(key), PERMUTED_CHOICE_1);
  let [left, right] = [chosen.slice(0, 28), chosen.slice(28)];
  return SHIFTS.map((shift) => {
    left = [...left.slice(shift), ...left.slice(0, shift)];
    right = [...right.slice(shift), ...right.slice(0, shift)];
    const bits = permute([...left, ...right], PERMUTED_CHOICE_2);
    return Uint8Array.from({ length: 8 }, (_, group) => bits.slice(6 * group, 6 * group + 6).reduce((sum, bit) => 2 * sum + bit, 0));
  });
}

function round(half: number, key: Uint8Array): number {
  const boxes = boxTables();
  let result = 0;
  for (let group = 0; group < 8; group++) {
    // Each group of four bits is widened by its neighbours.
    const shift = 27 - 4 * group;
    const six = (shift >= 0 ? (half >>> shift) | (group === 0 ? half << 5 : 0) : (half << 1) | (half >>> 31)) & 0x3f;
    result |= boxes[group]?.[six ^ (key[group] ?? 0)] ?? 0;
  }
  return result >>> 0;
}

function crypt(block: Uint8Array, keys: readonly Uint8Array[]): void {
  const view = new DataView(block.buffer, block.byteOffset, 8);
  permuteBlock(view, INITIAL);
  let [left, right] = [view.getUint32(0), view.getUint32(4)];
  for (const key of keys) [left, right] = [right, (left ^ round(right, key)) >>> 0];
  view.setUint32(0, right);
  view.setUint32(4, left);
  permuteBlock(view, FINAL);
}

function permuteBlock(view: DataView, positions: readonly number[]): void {
  const [high, low] = [view.getUint32(0), view.getUint32(4)];
  let [newHigh, newLow] = [0, 0];
  for (let to = 0; to < 64; to++) {
    const from = (positions[to] ?? 1) - 1;
    const bit = from < 32 ? (high >>> (31 - from)) & 1 : (low >>> (63 - from)) & 1;
    if (to < 32) newHigh |= bit << (31 - to);
    else newLow |= bit << (63 - to);
  }
  view.setUint32(0, newHigh >>> 0);
  view.setUint32(4, newLow >>> 0);
}

/** @param key of 16 bytes (the first key serves a second time) or 24 */
export function tripleDes(key: Uint8Array, encrypting: boolean): (block: Uint8Array) => void {
  const parts = [0, 8, key.length === 16 ? 0 : 16].map((at) => schedule(key.subarray(at, at + 8)));
  const [first = [], second = [], third = []] = parts;
  const order = encrypting ? [first, second.toReversed(), third] : [third.toReversed(), second, first.toReversed()];
  return (block) => {
    for (const keys of order) crypt(block, keys);
  };
}
