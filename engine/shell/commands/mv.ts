import { command } from '../command/command.ts';
import { copy } from '../command/copy.ts';
import { destinations } from '../command/destination.ts';
import { quoteName } from '../command/quote-name.ts';
import { removeTree } from '../command/remove-tree.ts';
import { isDirectory, lstat } from '../command/stat.ts';
import { EINVAL, ENOTEMPTY, EXDEV, strerror } from '../errno.ts';

export const mv = command('mv', (io) => {
  const options = io.options({
    short: 'fnuvTt:',
    long: { force: 'f', 'no-clobber': 'n', update: 'u', verbose: 'v', 'target-directory': 't:', 'no-target-directory': 'T' },
  });
  const { system } = io;
  for (const { from, to } of destinations(io, options)) {
    const source = lstat(system, from);
    if (typeof source === 'number') {
      io.error(`cannot stat ${quoteName(from)}: ${strerror(source)}`);
      continue;
    }
    const target = lstat(system, to);
    if (typeof target !== 'number') {
      if (options.has('n') || (options.has('u') && source.mtime <= target.mtime)) continue;
      if (source.dev === target.dev && source.ino === target.ino) {
        io.error(`${quoteName(from)} and ${quoteName(to)} are the same file`);
        continue;
      }
      if (isDirectory(target) && !isDirectory(source)) {
        io.error(`cannot overwrite directory ${quoteName(to)} with non-directory`);
        continue;
      }
      if (!isDirectory(target) && isDirectory(source)) {
        io.error(`cannot overwrite non-directory ${quoteName(to)} with directory ${quoteName(from)}`);
        continue;
      }
    }
    let result = system.files.rename(system.resolve(from), system.resolve(to));
    if (result === -EXDEV) {
      const copied = copy(system, from, to, {
        recursive: true,
        links: true,
        preserve: true,
        force: true,
        onCopy: () => undefined,
        onError: (message) => io.error(message),
      });
      if (copied) removeTree(system, from, (path, error) => io.error(`cannot remove ${quoteName(path)}: ${strerror(error)}`));
      result = 0;
    }
    if (result === -EINVAL) io.error(`cannot move ${quoteName(from)} to a subdirectory of itself, ${quoteName(to)}`);
    else if (result < 0)
      io.error(
        `cannot ${result === -ENOTEMPTY ? 'overwrite' : 'move'} ${result === -ENOTEMPTY ? quoteName(to) : `${quoteName(from)} to ${quoteName(to)}`}: ${strerror(result)}`,
      );
    else if (options.has('v')) io.print(`renamed ${quoteName(from)} -> ${quoteName(to)}\n`);
  }
});
