import { command } from '../command/command.ts';
import { formatDate } from '../command/date-text.ts';

/** Every process of the engine (all belong to one user): PID, parent, start, command line. BSD and POSIX option letters that choose processes change nothing. */
export const ps = command('ps', (io) => {
  const size = io.system.windowSize(1);
  const width = typeof size === 'number' ? Infinity : size.columns;
  const rows = io.system.processes().toSorted((a, b) => a.pid - b.pid);
  io.print('    PID    PPID STAT STARTED  COMMAND\n');
  for (const { pid, ppid, args, started, state } of rows) {
    const line = `${String(pid).padStart(7)} ${String(ppid).padStart(7)} ${(state === 'zombie' ? 'Z' : 'R').padEnd(4)} ${formatDate('%H:%M:%S', started, false)} ${args.join(' ')}${state === 'zombie' ? ' <defunct>' : ''}`;
    io.print(`${line.slice(0, width)}\n`);
  }
});
