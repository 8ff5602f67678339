import { command, UsageError } from '../command/command.ts';
import { format } from '../command/format.ts';
import { quoteName } from '../command/quote-name.ts';

export const seq = command('seq', (io) => {
  // Negative numbers are operands, not options.
  const args = io.args.flatMap((argument, index) =>
    /^-[\d.]/.test(argument) && !io.args.slice(0, index).includes('--') && !/^-[sf]$/.test(io.args[index - 1] ?? '')
      ? ['--', argument]
      : [argument],
  );
  const firstMarker = args.indexOf('--');
  const options = io
    .withArguments(args.filter((argument, index) => argument !== '--' || index === firstMarker))
    .options({ short: 's:f:w', long: { separator: 's:', format: 'f:', 'equal-width': 'w' } });
  const { operands } = options;
  if (operands.length === 0) throw new UsageError('missing operand');
  if (operands.length > 3) throw new UsageError(`extra operand ${quoteName(operands[3] ?? '')}`);
  const bad = operands.find((text) => text === '' || Number.isNaN(Number(text)));
  if (bad !== undefined) throw new UsageError(`invalid floating point argument: ${quoteName(bad)}`);
  const [first, step, last] =
    operands.length === 1
      ? ['1', '1', operands[0] ?? '']
      : operands.length === 2
        ? [operands[0] ?? '', '1', operands[1] ?? '']
        : [operands[0] ?? '', operands[1] ?? '', operands[2] ?? ''];
  if (Number(step) === 0) throw new UsageError(`invalid Zero increment value: ${quoteName(step)}`);
  const decimals = Math.max(...[first, step].map((text) => /\.(\d*)/.exec(text)?.[1]?.length ?? 0));
  const scale = 10 ** decimals;
  const [from, by, to] = [Math.round(Number(first) * scale), Math.round(Number(step) * scale), Number(last) * scale];
  const separator = options.value('s') ?? '\n';
  const pattern = options.value('f');
  const widest = Math.max((from / scale).toFixed(decimals).length, (Math.trunc(to) / scale).toFixed(decimals).length);
  let any = false;
  for (let value = from; by > 0 ? value <= to + 1e-9 : value >= to - 1e-9; value += by) {
    let text = (value / scale).toFixed(decimals);
    if (pattern !== undefined) text = format(pattern, [text]).text;
    else if (options.has('w')) text = text.startsWith('-') ? `-${text.slice(1).padStart(widest - 1, '0')}` : text.padStart(widest, '0');
    io.print((any ? separator : '') + text);
    any = true;
  }
  if (any) io.print('\n');
});
