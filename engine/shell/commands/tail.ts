import { command } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { quoteName } from '../command/quote-name.ts';
import { parseSize } from '../command/size.ts';
import { fstat } from '../command/stat.ts';
import { concat } from '../codec.ts';

/** How long `-f` sleeps between looks when nothing wakes it, in milliseconds. */
const FOLLOW_INTERVAL = 1000;

export const tail = command('tail', (io) => {
  const options = io.options({
    short: 'n:c:fFqvs:',
    long: {
      lines: 'n:',
      bytes: 'c:',
      follow: 'f?',
      quiet: 'q',
      silent: 'q',
      verbose: 'v',
      'sleep-interval': 's:',
      retry: 'retry',
      pid: 'pid:',
    },
    numeric: true,
  });
  const kind = options.last('n', 'c', 'number') === 'c' ? 'c' : 'n';
  const text = kind === 'c' ? (options.value('c') ?? '') : (options.value(options.last('n', 'number') ?? 'n') ?? '10');
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count === undefined) return io.fail(`invalid number of ${kind === 'c' ? 'bytes' : 'lines'}: ${quoteName(text)}`);
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const headings = options.has('v') || (operands.length > 1 && !options.has('q'));
  const heading = (operand: string, first: boolean): void => {
    if (headings) io.print(`${first ? '' : '\n'}==> ${operand === '-' ? 'standard input' : operand} <==\n`);
  };
  const follow = options.has('f') || options.has('F');
  const followed: { operand: string; fd: number }[] = [];
  let first = true;
  for (const operand of operands) {
    const fd = io.openInput(operand, (error) =>
      error === 'Is a directory'
        ? `error reading ${quoteName(operand)}: ${error}`
        : `cannot open ${quoteName(operand)} for reading: ${error}`,
    );
    if (fd === undefined) continue;
    heading(operand, first);
    first = false;
    io.printBytes(text.startsWith('+') ? from(io, fd, kind, count, operand) : last(io, fd, kind, count, operand));
    if (follow) followed.push({ operand, fd });
    else io.closeInput(fd);
  }
  io.flush();
  if (followed.length > 0) followFiles(io, followed, heading);
  return io.status;
});

function everything(io: CommandContext, fd: number, name: string): Uint8Array {
  return concat(Array.from(io.chunks(fd, name), (chunk) => chunk.slice()));
}

function from(io: CommandContext, fd: number, kind: string, count: number, name: string): Uint8Array {
  const bytes = everything(io, fd, name);
  if (kind === 'c') return bytes.subarray(Math.max(0, count - 1));
  let start = 0;
  for (let line = 1; line < count; line++) {
    const at = bytes.indexOf(10, start);
    if (at < 0) return bytes.subarray(bytes.length);
    start = at + 1;
  }
  return bytes.subarray(start);
}

function last(io: CommandContext, fd: number, kind: string, count: number, name: string): Uint8Array {
  const bytes = everything(io, fd, name);
  if (kind === 'c') return bytes.subarray(Math.max(0, bytes.length - count));
  if (count === 0) return bytes.subarray(bytes.length);
  let start = bytes.length;
  let position = bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length;
  for (let line = 0; line < count; line++) {
    const at = position === 0 ? -1 : bytes.lastIndexOf(10, position - 1);
    start = at + 1;
    if (at < 0) break;
    position = at;
  }
  return bytes.subarray(start);
}

function followFiles(
  io: CommandContext,
  files: readonly { operand: string; fd: number }[],
  heading: (operand: string, first: boolean) => void,
): void {
  const buffer = new Uint8Array(65536);
  let shown = files.at(-1)?.operand;
  io.system.watchFiles(true);
  for (;;) {
    const sequence = io.system.wakeSequence();
    let ended = files.length;
    for (const { operand, fd } of files) {
      const found = fstat(io.system, fd);
      const position = io.system.seek(fd, 0, 1);
      if (typeof found !== 'number' && position >= 0 && found.size < position) {
        io.error(`${operand}: file truncated`, 0);
        io.system.seek(fd, 0, 0);
      }
      const regular = io.system.kind(fd) === 'file';
      for (let count = io.read(fd, buffer, operand); count > 0; count = io.read(fd, buffer, operand)) {
        if (shown !== operand) heading(operand, false);
        shown = operand;
        io.printBytes(buffer.subarray(0, count));
      }
      // A pipe that has ended brings nothing more.
      if (!regular) ended--;
    }
    if (ended === 0) return;
    io.system.waitBlocking(sequence, FOLLOW_INTERVAL);
  }
}
