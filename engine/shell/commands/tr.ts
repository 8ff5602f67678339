import { command, UsageError } from '../command/command.ts';
import { unescape } from '../command/format.ts';
import { encode } from '../codec.ts';

const CLASSES: Record<string, RegExp> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  // oxlint-disable-next-line no-control-regex -- [:cntrl:] is control characters
  cntrl: /[\x00-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~]/,
  graph: /[!-~]/,
};

/** Bytes of a set: ranges, classes, escapes, `[c*n]`. */
function expand(set: string, length: number): number[] {
  const bytes: number[] = [];
  const source = set.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole) => {
    const [first = 0] = encode(unescape(whole, 'plain').text.replace(/^\\/, ''));
    // An escaped byte must not be read as syntax again.
    return String.fromCharCode(0xe000 + (whole === '\\\\' ? 92 : first));
  });
  const plain = (text: string): number[] =>
    Array.from(text).flatMap((c) => (c >= '\ue000' && c <= '\ue0ff' ? [c.charCodeAt(0) - 0xe000] : [...encode(c)]));
  for (let i = 0; i < source.length;) {
    const rest = source.slice(i);
    const named = /^\[:(\w+):\]/.exec(rest);
    const repeat = /^\[(.)\*(\d*)\]/su.exec(rest);
    const range = /^(.)-(.)/su.exec(rest);
    if (named !== null && CLASSES[named[1] ?? ''] !== undefined) {
      for (let byte = 0; byte < 128; byte++) if (CLASSES[named[1] ?? '']?.test(String.fromCharCode(byte)) === true) bytes.push(byte);
      i += named[0].length;
    } else if (repeat !== null) {
      const count =
        repeat[2] === '' ? Math.max(0, length - bytes.length) : parseInt(repeat[2] ?? '0', repeat[2]?.startsWith('0') === true ? 8 : 10);
      for (let k = 0; k < count; k++) bytes.push(...plain(repeat[1] ?? ''));
      i += repeat[0].length;
    } else if (range !== null && plain(range[1] ?? '').length === 1 && plain(range[2] ?? '').length === 1) {
      const [from = 0] = plain(range[1] ?? '');
      const [to = 0] = plain(range[2] ?? '');
      if (from > to) throw new UsageError(`range-endpoints of '${range[0]}' are in reverse collating sequence order`);
      for (let byte = from; byte <= to; byte++) bytes.push(byte);
      i += range[0].length;
    } else {
      const character = String.fromCodePoint(source.codePointAt(i) ?? 0);
      bytes.push(...plain(character));
      i += character.length;
    }
  }
  return bytes;
}

export const tr = command('tr', (io) => {
  const options = io.options({
    short: 'cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    stopAtOperand: true,
  });
  const [first, second] = options.operands;
  if (first === undefined) throw new UsageError('missing operand');
  const remove = options.has('d');
  const squeeze = options.has('s');
  if (second === undefined && !remove && !squeeze)
    throw new UsageError(`missing operand after ‘${first}’\nTwo strings must be given when translating.`);
  let from = expand(first, 0);
  if (options.has('c') || options.has('C')) {
    const listed = new Set(from);
    from = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !listed.has(byte));
  }
  const to = second === undefined ? [] : expand(second, from.length);
  const map = new Int16Array(256).map((_, byte) => byte);
  if (remove) for (const byte of from) map[byte] = -1;
  else if (second !== undefined)
    from.forEach(
      (byte, index) => (map[byte] = options.has('t') && index >= to.length ? byte : (to[Math.min(index, to.length - 1)] ?? byte)),
    );
  const squeezed = new Set(squeeze ? (second === undefined ? from : to) : []);
  let previous = -1;
  for (const chunk of io.chunks(0)) {
    const out = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      const result = map[byte] ?? byte;
      if (result < 0 || (result === previous && squeezed.has(result))) continue;
      previous = result;
      out[length++] = result;
    }
    io.printBytes(out.subarray(0, length));
  }
});
