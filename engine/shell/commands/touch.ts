import { command, UsageError } from '../command/command.ts';
import { parseDate } from '../command/date-text.ts';
import { quoteName } from '../command/quote-name.ts';
import { stat } from '../command/stat.ts';
import { ENOENT, strerror } from '../errno.ts';
import { O_CREAT, O_WRONLY } from '../open-flags.ts';

export const touch = command('touch', (io) => {
  const options = io.options({
    short: 'acmhd:r:t:f',
    long: { 'no-create': 'c', date: 'd:', reference: 'r:', 'no-dereference': 'h', time: 'time:' },
  });
  const { system } = io;
  if (options.operands.length === 0) throw new UsageError('missing file operand');
  let atime = Date.now() / 1000;
  let mtime = atime;
  const reference = options.value('r');
  const date = options.value('d');
  const stamp = options.value('t');
  if (reference !== undefined) {
    const found = stat(system, reference);
    if (typeof found === 'number') return io.fail(`failed to get attributes of ${quoteName(reference)}: ${strerror(found)}`);
    atime = found.atime / 1000;
    mtime = found.mtime / 1000;
  } else if (date !== undefined || stamp !== undefined) {
    const match = /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(stamp ?? '');
    const [, century, year, month, day, hour, minute, second = '0'] = match ?? [];
    const full = year === undefined ? new Date().getFullYear() : Number((century ?? (Number(year) < 69 ? '20' : '19')) + year);
    const milliseconds =
      date === undefined
        ? match === null
          ? undefined
          : new Date(full, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)).getTime()
        : parseDate(date);
    if (milliseconds === undefined) return io.fail(`invalid date format ${quoteName(date ?? stamp ?? '')}`);
    atime = mtime = milliseconds / 1000;
  }
  if (options.has('a') && !options.has('m')) mtime = Number.NaN;
  if (options.has('m') && !options.has('a')) atime = Number.NaN;
  for (const operand of options.operands) {
    const path = system.resolve(operand);
    // A link itself is there or not: -h makes no file.
    if (operand === '' || (!options.has('h') && typeof stat(system, operand) === 'number')) {
      if (options.has('c')) continue;
      const fd = operand === '' ? -ENOENT : system.open(path, O_WRONLY | O_CREAT, 0o666);
      if (fd < 0) {
        io.error(`cannot touch ${quoteName(operand)}: ${strerror(fd)}`);
        continue;
      }
      system.close(fd);
    }
    const result = system.files.utimes(path, atime, mtime, !options.has('h'));
    if (result < 0) io.error(`setting times of ${quoteName(operand)}: ${strerror(result)}`);
  }
  return io.status;
});
