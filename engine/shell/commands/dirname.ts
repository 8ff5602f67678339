import { command, UsageError } from '../command/command.ts';
import { dirname as directoryOf } from '../command/paths.ts';

export const dirname = command('dirname', (io) => {
  const options = io.options({ short: 'z', long: { zero: 'z' } });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  for (const operand of options.operands) io.print(`${directoryOf(operand)}${options.has('z') ? '\0' : '\n'}`);
});
