import { command } from '../command/command.ts';
import { join } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { humanSize } from '../command/size.ts';
import { isDirectory, lstat } from '../command/stat.ts';
import { strerror } from '../errno.ts';

export const du = command('du', (io) => {
  const options = io.options({
    short: 'abchkmsd:x',
    long: { all: 'a', bytes: 'b', total: 'c', 'human-readable': 'h', summarize: 's', 'max-depth': 'd:', 'apparent-size': 'A' },
  });
  const limit = options.has('s') ? 0 : Number(options.value('d') ?? Infinity);
  const apparent = options.has('b') || options.has('A');
  const seen = new Set<number>();
  const show = (bytes: number, path: string): void => {
    const text = options.has('h')
      ? humanSize(bytes)
      : options.has('b')
        ? String(bytes)
        : String(Math.ceil(bytes / (options.has('m') ? 1048576 : 1024)));
    io.print(`${text}\t${path}\n`);
  };
  const measure = (path: string, depth: number): number => {
    const found = lstat(io.system, path);
    if (typeof found === 'number') {
      io.error(`cannot access ${quoteName(path)}: ${strerror(found)}`);
      return 0;
    }
    // A file with several links counts once.
    if (found.nlink > 1 && !isDirectory(found)) {
      if (seen.has(found.ino)) return 0;
      seen.add(found.ino);
    }
    let bytes = apparent ? found.size : found.blocks * 512;
    if (isDirectory(found)) {
      const entries = io.system.files.readdir(io.system.resolve(path));
      if (typeof entries === 'number') io.error(`cannot read directory ${quoteName(path)}: ${strerror(entries)}`);
      else for (const entry of entries) bytes += measure(join(path, entry.name), depth + 1);
    }
    if (depth <= limit && (isDirectory(found) || depth === 0 || options.has('a'))) show(bytes, path);
    return bytes;
  };
  let total = 0;
  for (const operand of options.operands.length === 0 ? ['.'] : options.operands) total += measure(operand, 0);
  if (options.has('c')) show(total, 'total');
});
