/** Columns that text takes on a terminal: `GetStringWidth` of src/node_i18n.cc. */
import { AMBIGUOUS, WIDE } from './width-table.ts';

/** First and last code point of each range, one after the other. */
function readRanges(encoded: string): Uint32Array {
  const numbers = encoded.split(' ').map((number) => Number.parseInt(number, 36));
  const ranges = new Uint32Array(numbers.length);
  let position = 0;
  for (const [index, number] of numbers.entries()) ranges[index] = position += number;
  return ranges;
}

function contains(ranges: Uint32Array, point: number): boolean {
  let low = 0;
  let high = ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (point < (ranges[middle * 2] ?? 0)) high = middle - 1;
    else if (point > (ranges[middle * 2 + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

let wide: Uint32Array | undefined;
let ambiguous: Uint32Array | undefined;

const ZERO_WIDTH = /^[\p{Cc}\p{Cf}\p{Me}\p{Mn}]$/u;
const EMOJI_PART = /^[\p{Emoji_Presentation}\p{Emoji_Modifier}]$/u;
const SOFT_HYPHEN = 0xad;
const ZERO_WIDTH_JOINER = 0x200d;

function columnWidth(point: number, character: string, ambiguousIsWide: boolean): number {
  if (point < 0x7f) return point < 0x20 ? 0 : 1;
  wide ??= readRanges(WIDE);
  if (contains(wide, point)) return 2;
  if (ambiguousIsWide && contains((ambiguous ??= readRanges(AMBIGUOUS)), point)) return 2;
  return point !== SOFT_HYPHEN && ZERO_WIDTH.test(character) ? 0 : 1;
}

/** @param expandEmoji whether emoji that a zero-width joiner ties together count each */
export function stringWidth(text: string, ambiguousIsWide: boolean, expandEmoji: boolean): number {
  let width = 0;
  let previous = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const joined = !expandEmoji && previous === ZERO_WIDTH_JOINER && EMOJI_PART.test(character);
    if (!joined) width += columnWidth(point, character, ambiguousIsWide);
    previous = point;
  }
  return width;
}
