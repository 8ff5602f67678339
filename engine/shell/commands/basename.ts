import { command, UsageError } from '../command/command.ts';
import { basename as nameOf } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';

export const basename = command('basename', (io) => {
  const options = io.options({ short: 'as:z', long: { multiple: 'a', suffix: 's:', zero: 'z' }, stopAtOperand: true });
  const { operands } = options;
  const multiple = options.has('a') || options.has('s');
  if (operands.length === 0) throw new UsageError('missing operand');
  if (!multiple && operands.length > 2) throw new UsageError(`extra operand ${quoteName(operands[2] ?? '')}`);
  const suffix = options.value('s') ?? (multiple ? '' : (operands[1] ?? ''));
  for (const operand of multiple ? operands : operands.slice(0, 1)) {
    const name = nameOf(operand);
    io.print(
      `${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}${options.has('z') ? '\0' : '\n'}`,
    );
  }
});
