import { canonical } from '../command/canonical.ts';
import { command, UsageError } from '../command/command.ts';

export const readlink = command('readlink', (io) => {
  const options = io.options({
    short: 'femnqsvz',
    long: { canonicalize: 'f', 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-newline': 'n' },
  });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  const mode = options.last('f', 'e', 'm');
  for (const operand of options.operands) {
    const path =
      mode === undefined
        ? io.system.files.readlink(io.system.resolve(operand))
        : canonical(io.system, operand, mode === 'f' ? 'last' : mode === 'e' ? 'none' : 'all');
    // GNU says nothing of failures unless asked to.
    if (typeof path === 'number') io.status = 1;
    else io.print(`${path}${options.has('z') ? '\0' : options.has('n') && options.operands.length === 1 ? '' : '\n'}`);
  }
});
