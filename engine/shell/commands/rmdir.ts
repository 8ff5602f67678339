import { command, UsageError } from '../command/command.ts';
import { dirname } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { ENOTEMPTY, strerror } from '../errno.ts';

export const rmdir = command('rmdir', (io) => {
  const options = io.options({ short: 'pv', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' } });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  for (const operand of options.operands) {
    for (let path = operand; ; path = dirname(path)) {
      if (options.has('v')) io.print(`rmdir: removing directory, ${quoteName(path)}\n`);
      const result = io.system.files.rmdir(io.system.resolve(path));
      if (result < 0) {
        if (result !== -ENOTEMPTY || !options.has('ignore'))
          io.error(`failed to remove ${path === operand ? '' : 'directory '}${quoteName(path)}: ${strerror(result)}`);
        break;
      }
      if (!options.has('p') || !path.includes('/')) break;
    }
  }
});
