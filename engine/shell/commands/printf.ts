import { command, UsageError } from '../command/command.ts';
import { format } from '../command/format.ts';

export const printf = command('printf', (io) => {
  const [pattern, ...values] = io.args[0] === '--' ? io.args.slice(1) : io.args;
  if (pattern === undefined) throw new UsageError('missing operand');
  const result = format(pattern, values);
  io.print(result.text);
  for (const error of result.errors) io.error(error);
});
