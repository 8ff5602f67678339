import { command } from '../command/command.ts';

export const printenv = command('printenv', (io) => {
  const options = io.options({ short: '0', long: { null: '0' } }, 2);
  const end = options.has('0') ? '\0' : '\n';
  if (options.operands.length === 0) for (const [name, value] of io.env) io.print(`${name}=${value}${end}`);
  for (const name of options.operands) {
    const value = io.env.get(name);
    if (value === undefined) io.status = 1;
    else io.print(value + end);
  }
});
