import type { Shell } from './shell.ts';

/** A command that the shell runs itself. `args` are without the name. Returns the exit status. */
export type Builtin = (shell: Shell, args: readonly string[], name: string) => number;
