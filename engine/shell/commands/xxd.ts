import { command } from '../command/command.ts';
import { concat, decode, encode } from '../codec.ts';
import { strerror } from '../errno.ts';

export const xxd = command('xxd', (io) => {
  const options = io.options({ short: 'abc:C:eEg:hil:o:prs:uv', long: {} });
  const [input = '-', output] = options.operands;
  const fd = io.openInput(input);
  if (fd === undefined) return 2;
  const start = Number(options.value('s') ?? 0);
  let bytes = concat(Array.from(io.chunks(fd, input), (chunk) => chunk.slice()));
  io.closeInput(fd);
  const result = options.has('r') ? reverse(decode(bytes), options.has('p')) : undefined;
  if (result === undefined) {
    bytes = bytes.subarray(start < 0 ? Math.max(0, bytes.length + start) : start);
    const length = options.value('l');
    if (length !== undefined) bytes = bytes.subarray(0, Number(length));
  }
  const out =
    result ?? encode(dump(bytes, start, options.has('p'), options.has('u'), options.has('b'), options.value('c'), options.value('g')));
  if (output === undefined) io.printBytes(out);
  else {
    const written = io.system.files.writeFile(io.system.resolve(output), out);
    if (written < 0) return io.fail(`${output}: ${strerror(written)}`, 3);
  }
  return 0;
});

function dump(
  bytes: Uint8Array,
  start: number,
  plain: boolean,
  upper: boolean,
  bits: boolean,
  columns: string | undefined,
  group: string | undefined,
): string {
  const digits = (byte: number): string => {
    const text = bits ? byte.toString(2).padStart(8, '0') : byte.toString(16).padStart(2, '0');
    return upper ? text.toUpperCase() : text;
  };
  const perLine = Number(columns ?? (plain ? 30 : bits ? 6 : 16)) || 16;
  if (plain) {
    let text = '';
    for (let at = 0; at < bytes.length; at += perLine) text += `${Array.from(bytes.subarray(at, at + perLine), digits).join('')}\n`;
    return text;
  }
  const size = Number(group ?? (bits ? 1 : 2)) || perLine;
  const cell = bits ? 8 : 2;
  const width = perLine * cell + Math.ceil(perLine / size);
  let text = '';
  for (let at = 0; at < bytes.length; at += perLine) {
    const row = bytes.subarray(at, at + perLine);
    let hex = '';
    row.forEach((byte, index) => (hex += digits(byte) + ((index + 1) % size === 0 ? ' ' : '')));
    const ascii = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    text += `${(at + start).toString(16).padStart(8, '0')}: ${hex.padEnd(width)} ${ascii}\n`;
  }
  return text;
}

function reverse(text: string, plain: boolean): Uint8Array {
  const bytes: number[] = [];
  for (const line of text.split('\n')) {
    const match = plain ? null : /^\s*([0-9a-fA-F]+):\s?(.*)$/.exec(line);
    if (!plain && match === null) continue;
    if (match !== null) {
      const at = parseInt(match[1] ?? '0', 16);
      while (bytes.length < at) bytes.push(0);
    }
    // The hexadecimal part ends at two blanks.
    const digits = (match === null ? line : ((match[2] ?? '').split('  ')[0] ?? '')).replace(/\s/g, '');
    for (let i = 0; i + 1 < digits.length; i += 2) {
      const byte = parseInt(digits.slice(i, i + 2), 16);
      if (Number.isNaN(byte)) break;
      bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}
