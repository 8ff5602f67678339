import { command } from '../command/command.ts';

export const trueCommand = command('true', () => 0);
