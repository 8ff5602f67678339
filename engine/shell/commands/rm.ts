import { command, UsageError } from '../command/command.ts';
import { basename } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { removeTree } from '../command/remove-tree.ts';
import { isDirectory, lstat } from '../command/stat.ts';
import { EISDIR, ENOENT, ENOTDIR, strerror } from '../errno.ts';

export const rm = command('rm', (io) => {
  const options = io.options({
    short: 'rRfdv',
    long: { recursive: 'r', force: 'f', dir: 'd', verbose: 'v', 'preserve-root': 'preserve-root?', 'no-preserve-root': 'no-preserve-root' },
  });
  const force = options.has('f');
  if (options.operands.length === 0 && !force) throw new UsageError('missing operand');
  const recursive = options.has('r') || options.has('R');
  const removed = (path: string, directory: boolean): void => {
    if (options.has('v')) io.print(`removed ${directory ? 'directory ' : ''}${quoteName(path)}\n`);
  };
  const failed = (path: string, result: number): void => {
    if (force && (result === -ENOENT || result === -ENOTDIR)) return;
    io.error(`cannot remove ${quoteName(path)}: ${strerror(result)}`);
  };
  for (const operand of options.operands) {
    const found = lstat(io.system, operand);
    const name = basename(operand);
    if (typeof found === 'number') failed(operand, found);
    else if (isDirectory(found) && !recursive) {
      if (!options.has('d')) failed(operand, -EISDIR);
      else {
        const result = io.system.files.rmdir(io.system.resolve(operand));
        if (result < 0) failed(operand, result);
        else removed(operand, true);
      }
    } else if (name === '.' || name === '..') io.error(`refusing to remove '.' or '..' directory: skipping ${quoteName(operand)}`);
    else if (io.system.files.realpath(io.system.resolve(operand)) === '/' && isDirectory(found)) {
      io.error("it is dangerous to operate recursively on '/'");
    } else removeTree(io.system, operand, failed, removed);
  }
});
