import { command, UsageError } from '../command/command.ts';
import { strerror } from '../errno.ts';
import { signalName, signalNames, signalNumber } from '../signals.ts';

export const kill = command('kill', (io) => {
  const operands = [...io.args];
  let signal = 15;
  const [first = ''] = operands;
  if (first === '-l' || first === '--list') {
    const [, ...wanted] = operands;
    if (wanted.length === 0) io.print(`${signalNames.join('\n')}\n`);
    for (const text of wanted) {
      const number = /^\d+$/.test(text) && Number(text) > 128 ? Number(text) - 128 : signalNumber(text);
      if (number === undefined) io.error(`${text}: invalid signal`);
      else io.print(`${/^\d+$/.test(text) ? (signalName(number) ?? '0') : number}\n`);
    }
    return io.status;
  }
  const named = first === '-s' || first === '--signal' ? operands[1] : /^-[A-Za-z0-9]/.test(first) ? first.slice(1) : undefined;
  if (named !== undefined) {
    const number = signalNumber(named);
    if (number === undefined) throw new UsageError(`${named}: invalid signal`);
    signal = number;
    operands.splice(0, first === '-s' || first === '--signal' ? 2 : 1);
  }
  if (operands[0] === '--') operands.shift();
  if (operands.length === 0) throw new UsageError('no process ID specified');
  for (const operand of operands) {
    if (!/^-?\d+$/.test(operand)) {
      io.error(`${operand}: invalid process id`);
      continue;
    }
    const result = io.system.kill(Number(operand), signal);
    if (result < 0) io.error(`(${operand}): ${strerror(result)}`);
  }
  return io.status;
});
