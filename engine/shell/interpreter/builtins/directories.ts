import { ENOENT, strerror } from '../../errno.ts';
import type { Builtin } from '../builtin.ts';
import { ShellError } from '../control.ts';

/** An absolute path with `.` and `..` taken out as text (the logical way of `cd -L`). */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const cd: Builtin = (shell, args) => {
  let physical = false;
  const operands = [...args];
  while (/^-[LPe]+$/.test(operands[0] ?? '')) physical = (operands.shift() ?? '').includes('P');
  if (operands[0] === '--') operands.shift();
  if (operands.length > 1 && shell.bash) throw new ShellError('cd: too many arguments', 1);
  let [target] = operands;
  let print = false;
  if (target === undefined) {
    target = shell.variables.get('HOME');
    if (target === undefined) throw new ShellError('cd: HOME not set', shell.bash ? 1 : 2);
  } else if (target === '-') {
    target = shell.variables.get('OLDPWD');
    if (target === undefined) throw new ShellError('cd: OLDPWD not set', shell.bash ? 1 : 2);
    print = true;
  }
  if (target === '') return 0;
  const from = shell.variables.get('PWD') ?? shell.system.cwd();
  const joined = target.startsWith('/') ? target : `${from}/${target}`;
  let path = physical ? joined : normalize(joined);
  const result = shell.system.chdir(path);
  if (result < 0) throw new ShellError(shell.bash ? `cd: ${target}: ${strerror(result)}` : `cd: can't cd to ${target}`, shell.bash ? 1 : 2);
  if (physical) {
    const real = shell.system.files.realpath(shell.system.cwd());
    if (typeof real === 'string') path = real;
  }
  shell.variables.set('OLDPWD', from);
  shell.variables.set('PWD', path);
  shell.variables.mark('OLDPWD', 'exported');
  shell.variables.mark('PWD', 'exported');
  if (print) shell.write(`${path}\n`);
  return 0;
};

export const pwd: Builtin = (shell, args) => {
  let path = shell.variables.get('PWD') ?? shell.system.cwd();
  if (args.includes('-P')) {
    const real = shell.system.files.realpath(shell.system.cwd());
    if (typeof real === 'number') throw new ShellError(`pwd: ${strerror(real === 0 ? ENOENT : real)}`, 1);
    path = real;
  }
  return shell.write(`${path}\n`) < 0 ? 1 : 0;
};
