import { command } from '../command/command.ts';

export const pwd = command('pwd', (io) => {
  const logical = io.env.get('PWD');
  const actual = io.system.cwd();
  const options = io.options({ short: 'LP', long: { logical: 'L', physical: 'P' } });
  const useLogical =
    options.last('L', 'P') === 'L' && logical !== undefined && io.system.files.realpath(logical) === io.system.files.realpath(actual);
  const real = io.system.files.realpath(actual);
  io.print(`${useLogical ? logical : typeof real === 'string' ? real : actual}\n`);
});
