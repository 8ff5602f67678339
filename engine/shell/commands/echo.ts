import { command } from '../command/command.ts';
import { echo as text } from '../command/format.ts';

/** As GNU's: -n, -e, -E; the shell's own `echo` follows the shell's rules. */
export const echo = command('echo', (io) => io.print(text(io.args, false)));
