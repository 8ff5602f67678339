import type { Builtin } from '../builtin.ts';
import { breakBuiltin, continueBuiltin, evalBuiltin, exitBuiltin, returnBuiltin, source } from './control-flow.ts';
import { cd, pwd } from './directories.ts';
import { bg, command, fg, getopts, jobs, kill, times, trap, type, ulimit, umask, wait } from './processes.ts';
import { echo, printf, read, test } from './text.ts';
import { alias, exportBuiltin, local, readonlyBuiltin, set, shift, unalias, unset } from './variables.ts';

const yes: Builtin = () => 0;
const no: Builtin = () => 1;

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', yes],
  ['true', yes],
  ['false', no],
  ['hash', yes],
  ['.', source],
  ['source', source],
  ['break', breakBuiltin],
  ['continue', continueBuiltin],
  ['eval', evalBuiltin],
  ['exit', exitBuiltin],
  ['return', returnBuiltin],
  // The shell itself runs `exec`, which needs the command's redirects; it is listed so that `type` knows it.
  ['exec', yes],
  ['export', exportBuiltin],
  ['readonly', readonlyBuiltin],
  ['local', local],
  ['declare', local],
  ['typeset', local],
  ['unset', unset],
  ['shift', shift],
  ['set', set],
  ['alias', alias],
  ['unalias', unalias],
  ['cd', cd],
  ['pwd', pwd],
  ['echo', echo],
  ['printf', printf],
  ['read', read],
  ['test', test],
  ['[', test],
  ['wait', wait],
  ['jobs', jobs],
  ['fg', fg],
  ['bg', bg],
  ['kill', kill],
  ['trap', trap],
  ['type', type],
  ['command', command],
  ['ulimit', ulimit],
  ['umask', umask],
  ['times', times],
  ['getopts', getopts],
]);

/** POSIX 2.14: their errors end a script and assignments before them stay. */
export const specialBuiltins: ReadonlySet<string> = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
]);
