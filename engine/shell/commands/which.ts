import { command } from '../command/command.ts';
import { findExecutable } from '../interpreter/command-search.ts';

export const which = command('which', (io) => {
  const options = io.options({ short: 'a' }, 2);
  let status = options.operands.length === 0 ? 1 : 0;
  const path = io.env.get('PATH') ?? '/usr/local/bin:/usr/bin:/bin';
  for (const name of options.operands) {
    const found = name.includes('/')
      ? [name].filter(
          (file) => io.system.files.kind(io.system.resolve(file)) === 0 && io.system.files.access(io.system.resolve(file), 1) === 0,
        )
      : path
          .split(':')
          .map((directory) => findExecutable(io.system, name, directory))
          .filter((file) => typeof file === 'string');
    if (found.length === 0) status = 1;
    for (const file of options.has('a') ? found : found.slice(0, 1)) io.print(`${file}\n`);
  }
  return status;
});
