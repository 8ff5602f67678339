import { command, UsageError } from '../command/command.ts';
import { quoteName } from '../command/quote-name.ts';

const UNITS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 };

export const sleep = command('sleep', (io) => {
  const { operands } = io.options({ short: '' });
  if (operands.length === 0) throw new UsageError('missing operand');
  let seconds = 0;
  for (const operand of operands) {
    const match = /^(\d+\.?\d*|\.\d+|infinity)([smhd]?)$/.exec(operand);
    if (match === null) throw new UsageError(`invalid time interval ${quoteName(operand)}`);
    seconds += (match[1] === 'infinity' ? Infinity : Number(match[1])) * (UNITS[match[2] ?? ''] ?? 1);
  }
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const left = end - Date.now();
    if (left <= 0) return 0;
    // Other events wake a thread as well, and a timer holds no more than 31 bits.
    io.system.waitBlocking(io.system.wakeSequence(), Math.min(left, 2 ** 31 - 1));
  }
});
