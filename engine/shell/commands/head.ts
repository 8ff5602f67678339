import { command } from '../command/command.ts';
import { quoteName } from '../command/quote-name.ts';
import { parseSize } from '../command/size.ts';
import { concat } from '../codec.ts';

export const head = command('head', (io) => {
  const options = io.options({
    short: 'n:c:qvz',
    long: { lines: 'n:', bytes: 'c:', quiet: 'q', silent: 'q', verbose: 'v' },
    numeric: true,
  });
  const kind = options.last('n', 'c', 'number') === 'c' ? 'c' : 'n';
  const text = kind === 'c' ? (options.value('c') ?? '') : (options.value(options.last('n', 'number') ?? 'n') ?? '10');
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count === undefined) return io.fail(`invalid number of ${kind === 'c' ? 'bytes' : 'lines'}: ${quoteName(text)}`);
  const dropLast = text.startsWith('-');
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const headings = options.has('v') || (operands.length > 1 && !options.has('q'));
  let first = true;
  for (const operand of operands) {
    const fd = io.openInput(operand, (error) =>
      error === 'Is a directory'
        ? `error reading ${quoteName(operand)}: ${error}`
        : `cannot open ${quoteName(operand)} for reading: ${error}`,
    );
    if (fd === undefined) continue;
    if (headings) io.print(`${first ? '' : '\n'}==> ${operand === '-' ? 'standard input' : operand} <==\n`);
    first = false;
    if (dropLast) {
      const bytes = concat(Array.from(io.chunks(fd, operand), (chunk) => chunk.slice()));
      let end = bytes.length;
      if (kind === 'c') end = Math.max(0, end - count);
      else {
        let lines = bytes.at(-1) === 10 ? 0 : -1;
        for (let i = bytes.length - (bytes.at(-1) === 10 ? 1 : 0); i > 0 && lines < count;) {
          i = bytes.lastIndexOf(10, i - 1);
          lines++;
          end = i + 1;
          if (i < 0) break;
        }
        if (count === 0) end = bytes.length;
      }
      io.printBytes(bytes.subarray(0, end));
    } else if (count > 0) {
      let left = count;
      const buffer = new Uint8Array(4096);
      while (left > 0) {
        const got = io.read(fd, kind === 'c' ? buffer.subarray(0, Math.min(left, buffer.length)) : buffer, operand);
        if (got === 0) break;
        let used = got;
        if (kind === 'c') left -= got;
        else {
          used = 0;
          while (left > 0 && used < got) {
            const at = buffer.indexOf(10, used);
            if (at < 0 || at >= got) {
              used = got;
              break;
            }
            used = at + 1;
            left--;
          }
        }
        io.printBytes(buffer.subarray(0, used));
        // What was read too much belongs to the next reader of a shared file.
        if (used < got) io.system.seek(fd, used - got, 1);
      }
    }
    io.closeInput(fd);
  }
  return io.status;
});
