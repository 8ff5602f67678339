import type { Command } from '../language/ast.ts';
import type { VariableEntry } from './variables.ts';

/** Environment variable that carries a subshell's state from the shell that starts it; the new shell takes it out at once. */
export const STATE_VARIABLE = 'JAMPOT_SUBSHELL';

/** All that a forked shell would have inherited in memory. */
export interface SubshellState {
  readonly command: Command;
  readonly variables: readonly VariableEntry[];
  readonly functions: readonly (readonly [string, Command])[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly positional: readonly string[];
  readonly name: string;
  readonly shellPid: number;
  readonly lastStatus: number;
  readonly lastBackground: number;
  readonly options: string;
  readonly pipefail: boolean;
  readonly bash: boolean;
  readonly loopDepth: number;
  readonly inFunction: boolean;
}
