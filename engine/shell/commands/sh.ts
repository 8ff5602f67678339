import type { Program, ProgramContext } from '../../system/types.ts';
import { decode } from '../codec.ts';
import { EISDIR, ENOENT, strerror } from '../errno.ts';
import { readAll } from '../command/read.ts';
import { runInteractive } from '../interactive/session.ts';
import { builtins, specialBuiltins } from '../interpreter/builtins/table.ts';
import { setOptions } from '../interpreter/builtins/variables.ts';
import { DEFAULT_PATH } from '../interpreter/command-search.ts';
import { ShellError } from '../interpreter/control.ts';
import { Shell } from '../interpreter/shell.ts';
import { STATE_VARIABLE } from '../interpreter/subshell-state.ts';
import type { SubshellState } from '../interpreter/subshell-state.ts';

/** The shell: `sh -c text [name [args]]`, `sh file [args]`, `sh` on a terminal (or `-i`), else commands from standard input. */
export const sh: Program = (context) => {
  const handed = context.env.get(STATE_VARIABLE);
  return handed === undefined ? start(context) : resume(context, JSON.parse(handed) as SubshellState);
};

function importEnvironment(shell: Shell, context: ProgramContext): void {
  for (const [name, value] of context.env) {
    if (name === STATE_VARIABLE || !/^[A-Za-z_]\w*$/.test(name)) continue;
    shell.variables.set(name, value);
    shell.variables.mark(name, 'exported');
  }
}

function start(context: ProgramContext): number {
  const { system, args } = context;
  const own = args[0] ?? 'sh';
  const bash = /(^|[/-])bash$/.test(own);
  const options: string[] = [];
  let commandText = false;
  let interactive = false;
  let login = own.startsWith('-');
  let index = 1;
  for (; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (argument === '--' || argument === '-') {
      index++;
      break;
    }
    if (!/^[-+]./.test(argument)) break;
    if (argument === '--login') login = true;
    else if (/^--(norc|noprofile|posix)$/.test(argument)) continue;
    else {
      let rest = argument[0] ?? '-';
      for (const letter of argument.slice(1)) {
        if (letter === 'c') commandText = true;
        else if (letter === 'i') interactive = true;
        else if (letter === 'l') login = true;
        else if (letter !== 's') rest += letter;
      }
      if (rest.length > 1) options.push(rest);
      if (rest.endsWith('o')) options.push(args[++index] ?? '');
    }
  }
  const operands = args.slice(index);
  const text = commandText ? operands.shift() : undefined;
  if (commandText && text === undefined) {
    system.writeBlocking(2, new TextEncoder().encode(`${own}: 0: -c requires an argument\n`));
    return 2;
  }
  const file = commandText ? undefined : operands[0];
  interactive ||= !commandText && file === undefined && system.isTerminal(0) && system.isTerminal(2);
  const name = operands.length > 0 ? (operands.shift() ?? own) : own;
  const shell = new Shell({
    system,
    builtins,
    specialBuiltins,
    name: interactive ? own.replace(/^-|.*\//g, '') : name,
    positional: operands,
    interactive,
    bash: bash || interactive,
  });
  importEnvironment(shell, context);
  if (shell.variables.get('PATH') === undefined) shell.variables.set('PATH', DEFAULT_PATH);
  if (shell.variables.get('IFS') === undefined || context.env.has('IFS')) shell.variables.set('IFS', ' \t\n');
  setWorkingDirectory(shell);
  return shell.runProgram(() => {
    if (options.length > 0) setOptions(shell, options);
    if (interactive) return runInteractive(shell, login);
    if (text !== undefined) return shell.runText(text, true);
    if (file !== undefined) return shell.runText(readScript(shell, file));
    return runStandardInput(shell);
  });
}

/** PWD as inherited when it is right, for the way in through a symlink stays visible. */
function setWorkingDirectory(shell: Shell): void {
  const inherited = shell.variables.get('PWD');
  const actual = shell.system.cwd();
  const real = (path: string): string | number => shell.system.files.realpath(path);
  if (inherited === undefined || !inherited.startsWith('/') || inherited.includes('/.') || real(inherited) !== real(actual))
    shell.variables.set('PWD', actual);
  shell.variables.mark('PWD', 'exported');
}

function readScript(shell: Shell, file: string): string {
  const bytes = shell.system.files.readFile(shell.system.resolve(file));
  if (typeof bytes === 'number') {
    shell.line = 0;
    const directory = bytes === -EISDIR;
    throw new ShellError(
      bytes === -ENOENT ? `cannot open ${file}: No such file` : `${file}: ${strerror(bytes)}`,
      directory ? 126 : bytes === -ENOENT ? 127 : 126,
    );
  }
  return decode(bytes);
}

function runStandardInput(shell: Shell): number {
  const bytes = readAll(shell.system, 0);
  if (typeof bytes === 'number') throw new ShellError(`cannot read standard input: ${strerror(bytes)}`);
  return shell.runText(decode(bytes));
}

function resume(context: ProgramContext, state: SubshellState): number {
  const shell = new Shell({
    system: context.system,
    builtins,
    specialBuiltins,
    name: state.name,
    positional: state.positional,
    interactive: false,
    bash: state.bash,
  });
  shell.variables.load(state.variables);
  for (const [name, body] of state.functions) shell.functions.set(name, body);
  for (const [name, text] of state.aliases) shell.aliases.set(name, text);
  for (const flag of state.options) shell.flags.add(flag);
  shell.pipefail = state.pipefail;
  shell.shellPid = state.shellPid;
  shell.lastStatus = state.lastStatus;
  shell.lastBackground = state.lastBackground;
  if (state.inFunction) shell.variables.pushScope();
  return shell.runProgram(() => shell.runSubshell(state.command));
}
