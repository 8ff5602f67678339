import { quote } from '../../command/format.ts';
import type { Builtin } from '../builtin.ts';
import { ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';

const NAME = /^[A-Za-z_]\w*$/;

function split(argument: string, command: string): { readonly name: string; readonly value: string | undefined } {
  const equals = argument.indexOf('=');
  const name = equals < 0 ? argument : argument.slice(0, equals);
  if (!NAME.test(name)) throw new ShellError(`${command}: ${name}: bad variable name`);
  return { name, value: equals < 0 ? undefined : argument.slice(equals + 1) };
}

function listMarked(shell: Shell, command: string, attribute: 'exported' | 'readonly'): number {
  let text = '';
  for (const name of shell.variables.names()) {
    const variable = shell.variables.describe(name);
    if (variable?.[attribute] !== true) continue;
    text += variable.value === undefined ? `${command} ${name}\n` : `${command} ${name}='${variable.value.replaceAll("'", `'\\''`)}'\n`;
  }
  return shell.write(text) < 0 ? 1 : 0;
}

export const exportBuiltin: Builtin = (shell, args) => {
  const on = args[0] !== '-n';
  const names = args.filter((argument, index) => !(index === 0 && /^-[pn]$/.test(argument)));
  if (names.length === 0) return listMarked(shell, 'export', 'exported');
  for (const argument of names) {
    const { name, value } = split(argument, 'export');
    if (value !== undefined) shell.variables.set(name, value);
    shell.variables.mark(name, 'exported', on);
  }
  return 0;
};

export const readonlyBuiltin: Builtin = (shell, args) => {
  const names = args.filter((argument, index) => !(index === 0 && argument === '-p'));
  if (names.length === 0) return listMarked(shell, 'readonly', 'readonly');
  for (const argument of names) {
    const { name, value } = split(argument, 'readonly');
    if (value !== undefined) shell.variables.set(name, value);
    shell.variables.mark(name, 'readonly');
  }
  return 0;
};

export const local: Builtin = (shell, args, command) => {
  if (!shell.variables.inFunction) throw new ShellError(`${command}: not in a function`);
  for (const argument of args) {
    if (argument === '-') continue;
    const { name, value } = split(argument, command);
    shell.variables.declareLocal(name);
    if (value !== undefined) shell.variables.set(name, value);
  }
  return 0;
};

export const unset: Builtin = (shell, args) => {
  const kind = /^-[vf]$/.test(args[0] ?? '') ? args[0] : undefined;
  for (const name of kind === undefined ? args : args.slice(1)) {
    if (kind === '-f') shell.functions.delete(name);
    else {
      if (!NAME.test(name)) throw new ShellError(`unset: ${name}: bad variable name`);
      if (kind === undefined && shell.variables.describe(name) === undefined) shell.functions.delete(name);
      shell.variables.unset(name);
    }
  }
  return 0;
};

export const shift: Builtin = (shell, args) => {
  const [text = '1'] = args;
  if (!/^\d+$/.test(text)) throw new ShellError(`shift: Illegal number: ${text}`);
  if (Number(text) > shell.positional.length) throw new ShellError("shift: can't shift that many");
  shell.positional = shell.positional.slice(Number(text));
  return 0;
};

const LONG: Record<string, string> = {
  errexit: 'e',
  nounset: 'u',
  xtrace: 'x',
  noglob: 'f',
  noclobber: 'C',
  allexport: 'a',
  verbose: 'v',
  noexec: 'n',
  monitor: 'm',
  notify: 'b',
  ignoreeof: 'I',
  hashall: 'h',
  emacs: 'E',
  vi: 'V',
};

/** Switches options as `set` and the command line have them; returns the arguments that are left, undefined when there were only options. */
export function setOptions(shell: Shell, args: readonly string[]): readonly string[] | undefined {
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? '';
    if (argument === '--') return args.slice(i + 1);
    if (argument === '-') return args.slice(i + 1);
    if (!/^[-+]./.test(argument)) return args.slice(i);
    const on = argument.startsWith('-');
    for (const letter of argument.slice(1)) {
      if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) break;
        if (name === 'pipefail') shell.pipefail = on;
        else if (LONG[name] !== undefined) change(shell, LONG[name] ?? '', on);
        else if (name !== 'posix') throw new ShellError(`set: Illegal option -o ${name}`);
      } else if (Object.values(LONG).includes(letter)) change(shell, letter, on);
      else throw new ShellError(`set: Illegal option ${on ? '-' : '+'}${letter}`);
    }
  }
  return undefined;
}

function change(shell: Shell, letter: string, on: boolean): void {
  if (on) shell.flags.add(letter);
  else shell.flags.delete(letter);
  if (letter === 'a') shell.variables.exportAll = on;
}

export const set: Builtin = (shell, args) => {
  if (args.length === 0) {
    let text = '';
    for (const name of shell.variables.names()) {
      const value = shell.variables.get(name);
      if (value !== undefined) text += `${name}='${value.replaceAll("'", `'\\''`)}'\n`;
    }
    return shell.write(text) < 0 ? 1 : 0;
  }
  const rest = setOptions(shell, args);
  if (rest !== undefined) shell.positional = rest;
  return 0;
};

export const alias: Builtin = (shell, args) => {
  const show = (name: string, text: string): void =>
    void shell.write(`alias ${name}=${quote(text).startsWith("'") ? quote(text) : `'${text}'`}\n`);
  if (args.length === 0) for (const [name, text] of [...shell.aliases].sort()) show(name, text);
  let status = 0;
  for (const argument of args) {
    const equals = argument.indexOf('=');
    if (equals > 0) shell.aliases.set(argument.slice(0, equals), argument.slice(equals + 1));
    else {
      const text = shell.aliases.get(argument);
      if (text === undefined) {
        shell.complain(`alias: ${argument} not found`);
        status = 1;
      } else show(argument, text);
    }
  }
  return status;
};

export const unalias: Builtin = (shell, args) => {
  let status = 0;
  for (const name of args) {
    if (name === '-a') shell.aliases.clear();
    else if (!shell.aliases.delete(name)) {
      shell.complain(`unalias: ${name} not found`);
      status = 1;
    }
  }
  return status;
};
