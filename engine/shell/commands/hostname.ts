import { command } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { HOST_NAME } from '../../system/identity.ts';
import { decode } from '../codec.ts';

/** Name in /etc/hostname, or the machine's own. */
export function hostName(io: CommandContext): string {
  const bytes = io.system.files.readFile('/etc/hostname');
  return typeof bytes === 'number' ? HOST_NAME : decode(bytes).trim();
}

export const hostname = command('hostname', (io) => io.print(`${hostName(io)}\n`));
