import { command } from '../command/command.ts';

export const pwd = command('pwd', (io) => {
  const logical = io.env.get('PWD');
  const actual = io.system.cwd();
  const useLogical =
    io.args.includes('-L') && logical !== undefined && io.system.files.realpath(logical) === io.system.files.realpath(actual);
  const real = io.system.files.realpath(actual);
  io.print(`${useLogical ? logical : typeof real === 'string' ? real : actual}\n`);
});
