import { command } from '../command/command.ts';
import { quoteName } from '../command/quote-name.ts';
import { encode } from '../codec.ts';
import { strerror } from '../errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../open-flags.ts';
import { compareText } from '../order.ts';

interface Key {
  readonly from: readonly [field: number, character: number];
  readonly to: readonly [field: number, character: number] | undefined;
  readonly flags: string;
}

function parseKey(text: string): Key | undefined {
  const match = /^(\d+)(?:\.(\d+))?([bdfgiMhnrRV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnrRV]*))?$/.exec(text);
  if (match === null || Number(match[1]) === 0) return undefined;
  return {
    from: [Number(match[1]), Number(match[2] ?? 1)],
    to: match[4] === undefined ? undefined : [Number(match[4]), Number(match[5] ?? 0)],
    flags: (match[3] ?? '') + (match[6] ?? ''),
  };
}

/** Fields of a line: with a separator the text between, else each with the blanks before it. */
function fieldsOf(line: string, separator: string | undefined): { readonly start: number; readonly end: number }[] {
  const fields: { start: number; end: number }[] = [];
  if (separator !== undefined) {
    let start = 0;
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, start)) {
      fields.push({ start, end: at });
      start = at + separator.length;
    }
    fields.push({ start, end: line.length });
    return fields;
  }
  for (const match of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) fields.push({ start: match.index, end: match.index + match[0].length });
  return fields;
}

function extract(line: string, key: Key, separator: string | undefined): string {
  const fields = fieldsOf(line, separator);
  const [startField, startCharacter] = key.from;
  const first = fields[startField - 1];
  if (first === undefined) return '';
  let start = first.start;
  const skip = (at: number): number => {
    let index = at;
    while (/[ \t]/.test(line[index] ?? '')) index++;
    return index;
  };
  if (key.flags.includes('b')) start = skip(start);
  start = Math.min(start + startCharacter - 1, line.length);
  if (key.to === undefined) return line.slice(start);
  const [endField, endCharacter] = key.to;
  const last = fields[endField - 1];
  if (last === undefined) return line.slice(start);
  const end =
    endCharacter === 0 ? last.end : Math.min((key.flags.includes('b') ? skip(last.start) : last.start) + endCharacter, line.length);
  return line.slice(start, Math.max(start, end));
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function numeric(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] ?? 0) || 0;
}

function human(text: string): number {
  const match = /^\s*(-?\d*\.?\d*)([KMGTPE]?)/.exec(text);
  return (Number(match?.[1] ?? 0) || 0) * 1024 ** ' KMGTPE'.indexOf(match?.[2] === '' ? ' ' : (match?.[2] ?? ' '));
}

function compareBy(flags: string, a: string, b: string): number {
  let result: number;
  if (flags.includes('n')) result = numeric(a) - numeric(b);
  else if (flags.includes('g')) result = (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  else if (flags.includes('h')) result = human(a) - human(b);
  else if (flags.includes('M'))
    result = MONTHS.indexOf(a.trim().slice(0, 3).toUpperCase()) - MONTHS.indexOf(b.trim().slice(0, 3).toUpperCase());
  else if (flags.includes('V')) result = compareVersions(a, b);
  else {
    let [x, y] = [a, b];
    if (flags.includes('b')) [x, y] = [x.trimStart(), y.trimStart()];
    if (flags.includes('d')) [x, y] = [x.replace(/[^\p{L}\p{Nd}\s]/gu, ''), y.replace(/[^\p{L}\p{Nd}\s]/gu, '')];
    if (flags.includes('f')) [x, y] = [x.toUpperCase(), y.toUpperCase()];
    result = compareText(x, y);
  }
  return flags.includes('r') ? -result : result;
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p = '', q = ''] = [x[i], y[i]];
    const result = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : compareText(p, q);
    if (result !== 0) return result;
  }
  return 0;
}

export const sort = command('sort', (io) => {
  const options = io.options(
    {
      short: 'bdfgihMnrRVcCk:mo:st:uz',
      long: {
        'ignore-leading-blanks': 'b',
        'ignore-case': 'f',
        'numeric-sort': 'n',
        'general-numeric-sort': 'g',
        'human-numeric-sort': 'h',
        reverse: 'r',
        'version-sort': 'V',
        check: 'c',
        key: 'k:',
        output: 'o:',
        stable: 's',
        'field-separator': 't:',
        unique: 'u',
        'zero-terminated': 'z',
      },
    },
    2,
  );
  const global = ['b', 'd', 'f', 'g', 'i', 'h', 'M', 'n', 'r', 'V'].filter((flag) => options.has(flag)).join('');
  const separator = options.value('t') === '\\0' ? '\0' : options.value('t');
  const keys = options.values('k').map((text) => {
    const key = parseKey(text) ?? io.fail(`invalid number at field start: invalid count at start of ${quoteName(text)}`, 2);
    return key.flags === '' ? { ...key, flags: global } : key;
  });
  const delimiter = options.has('z') ? 0 : 10;
  const lines: string[] = [];
  for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
    const fd = io.openInput(operand, (error) => `${error === 'Is a directory' ? 'read failed' : 'cannot read'}: ${operand}: ${error}`);
    if (fd === undefined) return 2;
    for (const { text } of io.lines(fd, delimiter, operand)) lines.push(text);
    io.closeInput(fd);
  }
  const byKeys = (a: string, b: string): number => {
    if (keys.length === 0) return global.replace('r', '') === '' ? 0 : compareBy(global, a, b);
    for (const key of keys) {
      const result = compareBy(key.flags, extract(a, key, separator), extract(b, key, separator));
      if (result !== 0) return result;
    }
    return 0;
  };
  const plain = keys.length === 0 && global.replace('r', '') === '';
  const lastResort = (a: string, b: string): number => (global.includes('r') ? -compareText(a, b) : compareText(a, b));
  const unique = options.has('u');
  const order = (a: string, b: string): number => byKeys(a, b) || ((options.has('s') || unique) && !plain ? 0 : lastResort(a, b));
  if (options.has('c') || options.has('C')) {
    for (let i = 1; i < lines.length; i++) {
      const [a = '', b = ''] = [lines[i - 1], lines[i]];
      const result = order(a, b);
      if (result > 0 || (unique && result === 0)) {
        if (options.has('c')) io.error(`${options.operands[0] ?? '-'}:${i + 1}: disorder: ${b}`);
        return 1;
      }
    }
    return 0;
  }
  lines.sort(order);
  const kept = unique
    ? lines.filter((line, index) => index === 0 || (plain ? line !== lines[index - 1] : byKeys(lines[index - 1] ?? '', line) !== 0))
    : lines;
  const text = kept.map((line) => line + String.fromCharCode(delimiter)).join('');
  const output = options.value('o');
  if (output === undefined) io.print(text);
  else {
    const fd = io.system.open(io.system.resolve(output), O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    const result = fd < 0 ? fd : io.system.writeBlocking(fd, encode(text));
    if (result < 0) return io.fail(`open failed: ${output}: ${strerror(result)}`, 2);
    io.system.close(fd);
  }
  return 0;
});
