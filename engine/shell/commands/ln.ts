import { command, UsageError } from '../command/command.ts';
import { basename, join } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { isDirectory, lstat, stat } from '../command/stat.ts';
import { strerror } from '../errno.ts';

export const ln = command('ln', (io) => {
  const options = io.options({
    short: 'sfnvrTt:L',
    long: {
      symbolic: 's',
      force: 'f',
      'no-dereference': 'n',
      verbose: 'v',
      relative: 'r',
      'no-target-directory': 'T',
      'target-directory': 't:',
    },
  });
  const { system } = io;
  const operands = [...options.operands];
  if (operands.length === 0) throw new UsageError('missing file operand');
  if (options.has('r')) io.fail('option -r is not supported');
  const into = options.value('t') ?? (operands.length === 1 ? '.' : (operands.pop() ?? ''));
  const symbolic = options.has('s');
  const found = options.has('n') ? lstat(system, into) : stat(system, into);
  const directory = isDirectory(found) && !options.has('T');
  if (!directory && operands.length > 1) io.fail(`target ${quoteName(into)}: Not a directory`);
  for (const from of operands) {
    const to = directory ? join(into, basename(from)) : into;
    const old = lstat(system, to);
    if (options.has('f') && typeof old !== 'number' && !isDirectory(old)) system.files.unlink(system.resolve(to));
    if (!symbolic) {
      const source = lstat(system, from);
      if (typeof source === 'number') {
        io.error(`failed to access ${quoteName(from)}: ${strerror(source)}`);
        continue;
      }
      if (isDirectory(source)) {
        io.error(`${from}: hard link not allowed for directory`);
        continue;
      }
    }
    const result = symbolic ? system.files.symlink(from, system.resolve(to)) : system.files.link(system.resolve(from), system.resolve(to));
    if (result < 0)
      io.error(
        `failed to create ${symbolic ? 'symbolic' : 'hard'} link ${quoteName(to)}${symbolic ? '' : ` => ${quoteName(from)}`}: ${strerror(result)}`.replace(
          / => '[^']*'(?=: File exists)/,
          '',
        ),
      );
    else if (options.has('v')) io.print(`${quoteName(to)} ${symbolic ? '->' : '=>'} ${quoteName(from)}\n`);
  }
});
