import { command } from '../command/command.ts';

export const falseCommand = command('false', () => 1);
