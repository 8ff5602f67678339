import { command } from '../command/command.ts';

export const clear = command('clear', (io) => io.print('\x1b[H\x1b[2J\x1b[3J'));
