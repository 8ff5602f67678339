import { command } from '../command/command.ts';

/** Threads that the browser says run at once. */
export const nproc = command('nproc', (io) => io.print(`${navigator.hardwareConcurrency}\n`));
