import { canonical } from '../command/canonical.ts';
import { command, UsageError } from '../command/command.ts';
import { strerror } from '../errno.ts';
import { normalize } from '../interpreter/builtins/directories.ts';

export const realpath = command('realpath', (io) => {
  const options = io.options({
    short: 'emqsz',
    long: {
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      quiet: 'q',
      strip: 's',
      'no-symlinks': 's',
      zero: 'z',
      'relative-to': 'relative:',
    },
  });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const base = options.value('relative');
  for (const operand of options.operands) {
    let path = options.has('s')
      ? normalize(io.system.resolve(operand))
      : canonical(io.system, operand, options.has('e') ? 'none' : options.has('m') ? 'all' : 'last');
    if (typeof path === 'number') {
      if (options.has('q')) io.status = 1;
      else io.error(`${operand === '' ? "''" : operand}: ${strerror(path)}`);
      continue;
    }
    if (base !== undefined) {
      const from = canonical(io.system, base, 'all');
      if (typeof from === 'string') path = relative(from, path);
    }
    io.print(`${path}${options.has('z') ? '\0' : '\n'}`);
  }
});

function relative(from: string, to: string): string {
  const [a, b] = [from.split('/').filter(Boolean), to.split('/').filter(Boolean)];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return [...a.slice(common).map(() => '..'), ...b.slice(common)].join('/') || '.';
}
