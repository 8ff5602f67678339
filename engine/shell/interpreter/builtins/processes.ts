import { MAX_FDS } from '../../../system/layout.ts';
import { ESRCH, strerror } from '../../errno.ts';
import { quote } from '../../command/format.ts';
import { signalDescription, signalName, signalNames, signalNumber } from '../../signals.ts';
import type { Builtin } from '../builtin.ts';
import { DEFAULT_PATH, findExecutable } from '../command-search.ts';
import { ShellError } from '../control.ts';
import { statusCode } from '../jobs.ts';
import type { Job } from '../jobs.ts';
import type { Shell } from '../shell.ts';

function finish(shell: Shell, job: Job): number {
  for (const pid of job.pids) if (!job.statuses.has(pid)) job.statuses.set(pid, shell.launcher.waitFor(pid));
  shell.jobs.remove(job);
  const last = job.statuses.get(job.pids.at(-1) ?? -1);
  return last === undefined ? 127 : statusCode(last);
}

function requireJob(shell: Shell, name: string | undefined, command: string): Job {
  const job = name === undefined ? shell.jobs.current() : shell.jobs.find(name);
  if (job === undefined) throw new ShellError(`${command}: No such job: ${name ?? '%%'}`);
  return job;
}

export const wait: Builtin = (shell, args) => {
  if (args.length === 0) {
    for (const job of [...shell.jobs.all()]) finish(shell, job);
    return 0;
  }
  let status = 0;
  for (const name of args) {
    const job = shell.jobs.find(name);
    if (job === undefined) status = 127;
    else if (/^\d+$/.test(name)) {
      const pid = Number(name);
      const known = job.statuses.get(pid) ?? shell.launcher.waitFor(pid);
      job.statuses.set(pid, known);
      status = statusCode(known);
      if (shell.jobs.isDone(job)) shell.jobs.remove(job);
    } else status = finish(shell, job);
  }
  return status;
};

/** What `jobs` and the prompt print of a job. */
export function describeJob(shell: Shell, job: Job): string {
  const last = job.statuses.get(job.pids.at(-1) ?? -1);
  const mark = job === shell.jobs.current() ? '+' : '-';
  let state = 'Running';
  if (shell.jobs.isDone(job) && last !== undefined)
    state = last.signal > 0 ? signalDescription(last.signal) : last.code === 0 ? 'Done' : `Done(${last.code})`;
  return `[${job.id}] ${mark} ${state.padEnd(24)}${job.text}`;
}

export const jobs: Builtin = (shell, args) => {
  shell.jobs.poll();
  for (const job of [...shell.jobs.all()]) {
    if (args.includes('-p')) shell.write(`${job.pids[0] ?? 0}\n`);
    else shell.write(`${describeJob(shell, job)}\n`);
    if (shell.jobs.isDone(job)) shell.jobs.remove(job);
  }
  return 0;
};

export const fg: Builtin = (shell, args) => {
  const job = requireJob(shell, args[0], 'fg');
  shell.write(`${job.text}\n`);
  shell.jobs.remove(job);
  return shell.launcher.foreground(job.pids.filter((pid) => !job.statuses.has(pid)));
};

export const bg: Builtin = (shell, args) => {
  const job = requireJob(shell, args[0], 'bg');
  shell.write(`[${job.id}] ${job.text}\n`);
  return 0;
};

export const kill: Builtin = (shell, args) => {
  let signal = 15;
  let operands = [...args];
  const [first = ''] = operands;
  if (first === '-l' || first === '-L') {
    if (operands.length === 1) {
      shell.write(`${signalNames.map((name, index) => `${String(index + 1).padStart(2)}) SIG${name}`).join('\n')}\n`);
      return 0;
    }
    for (const text of operands.slice(1)) {
      const number = Number(text) > 128 ? Number(text) - 128 : signalNumber(text);
      if (number === undefined) throw new ShellError(`kill: invalid signal number or exit status: ${text}`);
      shell.write(`${/^\d+$/.test(text) ? (signalName(number) ?? 'EXIT') : number}\n`);
    }
    return 0;
  }
  if (first === '-s' || first === '-n') {
    const number = signalNumber(operands[1] ?? '');
    if (number === undefined) throw new ShellError(`kill: invalid signal number or name: ${operands[1] ?? ''}`);
    signal = number;
    operands = operands.slice(2);
  } else if (/^-[A-Za-z0-9]/.test(first) && first !== '--') {
    const number = signalNumber(first.slice(1));
    if (number === undefined) throw new ShellError(`kill: Illegal option ${first}`);
    signal = number;
    operands.shift();
  }
  if (operands[0] === '--') operands.shift();
  if (operands.length === 0)
    throw new ShellError('kill: Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]');
  let status = 0;
  for (const target of operands) {
    let pid: number;
    if (target.startsWith('%')) {
      const job = requireJob(shell, target, 'kill');
      pid = job.processGroup > 0 ? -job.processGroup : (job.pids[0] ?? 0);
    } else if (/^-?\d+$/.test(target)) pid = Number(target);
    else throw new ShellError(`kill: Illegal number: ${target}`);
    const result = shell.system.kill(pid, signal);
    if (result < 0) {
      shell.complain(`kill: ${result === -ESRCH ? 'No such process' : strerror(result)}`);
      status = 1;
    }
  }
  return status;
};

export const trap: Builtin = (shell, args) => {
  if (args.length === 0) {
    for (const [name, command] of shell.traps)
      shell.write(`trap -- ${quote(command).startsWith("'") ? quote(command) : `'${command}'`} ${name}\n`);
    return 0;
  }
  const operands = args[0] === '--' ? args.slice(1) : [...args];
  const reset =
    operands[0] === '-' || (signalKey(operands[0] ?? '') !== undefined && (operands.length === 1 || /^\d+$/.test(operands[0] ?? '')));
  const command = reset ? undefined : operands[0];
  for (const name of reset && operands[0] !== '-' ? operands : operands.slice(1)) {
    const key = signalKey(name);
    if (key === undefined) throw new ShellError(`trap: ${name}: bad trap`, 1);
    if (command === undefined) shell.traps.delete(key);
    else shell.traps.set(key, command);
    const number = signalNumber(key);
    if (number !== undefined && number > 0)
      shell.system.setSignalAction(
        number,
        command === undefined ? (shell.interactive && number === 2 ? 'handle' : 'default') : command === '' ? 'ignore' : 'handle',
      );
  }
  return 0;
};

function signalKey(name: string): string | undefined {
  if (name === 'EXIT' || name === '0') return 'EXIT';
  const number = signalNumber(name);
  return number === undefined ? undefined : signalName(number);
}

const RESERVED = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'do',
  'done',
  'case',
  'esac',
  'while',
  'until',
  'for',
  '{',
  '}',
  '!',
  '[[',
  'in',
]);

function locate(shell: Shell, name: string): string | undefined {
  if (name.includes('/')) {
    const path = shell.system.resolve(name);
    return shell.system.files.kind(path) === 0 && shell.system.files.access(path, 1) === 0 ? name : undefined;
  }
  const found = findExecutable(shell.system, name, shell.variables.get('PATH') ?? DEFAULT_PATH);
  return typeof found === 'string' ? found : undefined;
}

function describe(shell: Shell, name: string, verbose: boolean): string | undefined {
  const text = shell.aliases.get(name);
  if (text !== undefined) return verbose ? `${name} is an alias for ${text}` : `alias ${name}='${text}'`;
  if (RESERVED.has(name)) return verbose ? `${name} is a shell keyword` : name;
  if (shell.functions.has(name)) return verbose ? `${name} is a ${shell.bash ? '' : 'shell '}function` : name;
  if (shell.builtins.has(name))
    return verbose ? `${name} is a ${shell.bash ? '' : shell.isSpecial(name) ? 'special ' : ''}shell builtin` : name;
  const path = locate(shell, name);
  return path === undefined ? undefined : verbose ? `${name} is ${path}` : path;
}

export const type: Builtin = (shell, args) => {
  let status = 0;
  for (const name of args) {
    const text = describe(shell, name, true);
    if (text === undefined) {
      status = 127;
      shell.write(shell.bash ? '' : `${name}: not found\n`);
      if (shell.bash) shell.complain(`type: ${name}: not found`);
    } else shell.write(`${text}\n`);
  }
  return status === 127 && shell.bash ? 1 : status;
};

export const command: Builtin = (shell, args) => {
  const operands = [...args];
  let mode = '';
  while (/^-[vVp]$/.test(operands[0] ?? '')) mode = operands.shift() ?? '';
  if (operands[0] === '--') operands.shift();
  if (mode === '-v' || mode === '-V') {
    let status = 0;
    for (const name of operands) {
      const text = describe(shell, name, mode === '-V');
      if (text === undefined) {
        status = 127;
        if (mode === '-V') shell.write(`${name}: not found\n`);
      } else shell.write(`${text}\n`);
    }
    return status;
  }
  return operands.length === 0 ? 0 : shell.runWithoutFunctions(operands);
};

export const umask: Builtin = (shell, args) => {
  const [text] = args;
  const symbolic = text === '-S';
  if (text === undefined || symbolic) {
    const mask = shell.system.umask();
    const letters = (bits: number): string => `${bits & 4 ? '' : 'r'}${bits & 2 ? '' : 'w'}${bits & 1 ? '' : 'x'}`;
    shell.write(
      symbolic ? `u=${letters(mask >> 6)},g=${letters(mask >> 3)},o=${letters(mask)}\n` : `${mask.toString(8).padStart(4, '0')}\n`,
    );
    return 0;
  }
  if (!/^[0-7]{1,4}$/.test(text)) throw new ShellError(`umask: Illegal mode: ${text}`);
  shell.system.umask(parseInt(text, 8));
  return 0;
};

/** Limits of processes: that of open descriptors, and that no core is ever dumped; no other is enforced here, and none can be changed. */
export const ulimit: Builtin = (shell, args) => {
  const letters = args
    .filter((word) => word.startsWith('-'))
    .join('')
    .replaceAll(/[-SH]/g, '');
  const value = args.find((word) => !word.startsWith('-'));
  const letter = letters === '' ? 'f' : letters;
  if (!/^[tfdsmclpnv]$/.test(letter)) throw new ShellError(`ulimit: Illegal option -${letter}`, 2);
  const current = letter === 'n' ? String(MAX_FDS) : letter === 'c' ? '0' : 'unlimited';
  if (value === undefined) shell.write(`${current}\n`);
  else if (value !== current) throw new ShellError('ulimit: error setting limit (Operation not permitted)', 2);
  return 0;
};

export const times: Builtin = () => {
  throw new ShellError('times: processor times are not known here', 1);
};

export const getopts: Builtin = (shell, args) => {
  const [specification, name, ...given] = args;
  if (specification === undefined || name === undefined) throw new ShellError('getopts: usage: getopts optstring var [arg ...]');
  const operands = given.length > 0 ? given : shell.positional;
  const index = Number(shell.variables.get('OPTIND') ?? '1');
  const offset = shell.optionOffset.index === index ? shell.optionOffset.offset : 1;
  const argument = operands[index - 1];
  const end = (): number => {
    shell.variables.set(name, '?');
    return 1;
  };
  if (argument === undefined || !/^-./.test(argument)) return end();
  if (argument === '--') {
    shell.variables.set('OPTIND', String(index + 1));
    return end();
  }
  const letter = argument[offset] ?? '';
  const at = letter === ':' ? -1 : specification.indexOf(letter, specification.startsWith(':') ? 1 : 0);
  let nextIndex = index;
  let nextOffset = offset + 1;
  if (nextOffset >= argument.length) {
    nextIndex++;
    nextOffset = 1;
  }
  let result = letter;
  shell.variables.unset('OPTARG');
  if (at < 0) {
    result = '?';
    if (specification.startsWith(':')) shell.variables.set('OPTARG', letter);
    else shell.write(`Illegal option -${letter}\n`, 2);
  } else if (specification[at + 1] === ':') {
    const attached = argument.slice(offset + 1);
    const value = attached === '' ? operands[index] : attached;
    nextIndex = attached === '' ? index + 2 : index + 1;
    nextOffset = 1;
    if (value === undefined) {
      nextIndex = index + 1;
      result = specification.startsWith(':') ? ':' : '?';
      if (specification.startsWith(':')) shell.variables.set('OPTARG', letter);
      else shell.write(`No arg for -${letter} option\n`, 2);
    } else shell.variables.set('OPTARG', value);
  }
  shell.variables.set('OPTIND', String(nextIndex));
  shell.optionOffset = { index: nextIndex, offset: nextOffset };
  shell.variables.set(name, result);
  return 0;
};
