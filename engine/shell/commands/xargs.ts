import { command } from '../command/command.ts';
import { readAll } from '../command/read.ts';
import { runCommand } from '../command/run.ts';
import { decode } from '../codec.ts';
import { strerror } from '../errno.ts';

/** Characters of arguments that one command line gets. */
const LIMIT = 128 * 1024;

export const xargs = command('xargs', (io) => {
  const options = io.options({
    short: '0rtI:n:L:d:P:a:s:x',
    long: {
      null: '0',
      'no-run-if-empty': 'r',
      verbose: 't',
      replace: 'I:',
      'max-args': 'n:',
      'max-lines': 'L:',
      delimiter: 'd:',
      'max-procs': 'P:',
      'arg-file': 'a:',
    },
    stopAtOperand: true,
  });
  const file = options.value('a');
  const bytes = file === undefined ? readAll(io.system, 0) : io.system.files.readFile(io.system.resolve(file));
  if (typeof bytes === 'number') return io.fail(`${file ?? 'standard input'}: ${strerror(bytes)}`);
  const text = decode(bytes);
  const marker = options.value('I');
  const delimiter = options.has('0') ? '\0' : options.value('d')?.replace('\\n', '\n').replace('\\t', '\t').replace('\\0', '\0');
  let items: string[][];
  if (delimiter !== undefined)
    items =
      text === ''
        ? []
        : text
            .replace(new RegExp(`${delimiter === '\0' ? '\\x00' : delimiter === '\n' ? '\\n' : ''}$`), '')
            .split(delimiter)
            .map((item) => [item]);
  else {
    items = text
      .split('\n')
      .map((line) =>
        marker === undefined ? words(line) : [line.trim()].filter((item) => item !== '').map((item) => words(item).join(' ')),
      );
    if (!options.has('L')) items = items.flat().map((item) => [item]);
    else items = items.filter((line) => line.length > 0);
  }
  const base = options.operands.length === 0 ? ['echo'] : options.operands;
  const input = io.system.open('/dev/null', 0, 0);
  let status = 0;
  const run = (commandWords: readonly string[]): boolean => {
    if (options.has('t')) io.system.writeBlocking(2, new TextEncoder().encode(`${commandWords.join(' ')}\n`));
    const code = runCommand(io, commandWords, input < 0 ? {} : { input });
    if (code === 126 || code === 127) status = code;
    else if (code === 255) {
      io.error(`${commandWords[0] ?? ''}: exited with status 255; aborting`, 0);
      status = 124;
    } else if (code > 128) {
      io.error(`${commandWords[0] ?? ''}: terminated by signal ${code - 128}`, 0);
      status = 125;
    } else if (code !== 0) {
      status = 123;
      return true;
    }
    return code === 0;
  };
  if (marker !== undefined) {
    for (const [item = ''] of items) if (!run(base.map((word) => word.replaceAll(marker, () => item)))) break;
    return status;
  }
  if (items.length === 0) {
    if (!options.has('r')) run(base);
    return status;
  }
  const most = Number(options.value('n') ?? options.value('L') ?? Infinity);
  for (let start = 0; start < items.length;) {
    const batch: string[] = [];
    let size = 0;
    let count = 0;
    while (start < items.length && count < most) {
      const next = items[start] ?? [];
      const length = next.reduce((sum, item) => sum + item.length + 1, 0);
      if (count > 0 && size + length > LIMIT) break;
      batch.push(...next);
      size += length;
      count++;
      start++;
    }
    if (!run([...base, ...batch])) break;
  }
  return status;
});

/** Words with quotes and backslashes, as xargs reads them without -0 or -d. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [, raw = ''] of line.matchAll(/\s*((?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+)/g))
    found.push(raw.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? ''));
  return found;
}
