import { strerror } from '../errno.ts';
import type { CommandContext } from './command.ts';
import { UsageError } from './command.ts';
import type { Options } from './options.ts';
import { basename, join } from './paths.ts';
import { quoteName } from './quote-name.ts';
import { isDirectory, stat } from './stat.ts';

/** Sources and where each goes, for cp, mv and ln: the last operand or -t's directory; -T takes it as it is. */
export function destinations(io: CommandContext, options: Options): { readonly from: string; readonly to: string }[] {
  const operands = [...options.operands];
  if (operands.length === 0) throw new UsageError('missing file operand');
  const into = options.value('t');
  if (into !== undefined) return operands.map((from) => ({ from, to: join(into, basename(from)) }));
  const last = operands.at(-1) ?? '';
  if (operands.length === 1) throw new UsageError(`missing destination file operand after ${quoteName(last)}`);
  operands.pop();
  const found = stat(io.system, last);
  if (isDirectory(found) && !options.has('T')) return operands.map((from) => ({ from, to: join(last, basename(from)) }));
  if (operands.length > 1) io.fail(`target ${quoteName(last)}${typeof found === 'number' ? `: ${strerror(found)}` : ': Not a directory'}`);
  return operands.map((from) => ({ from, to: last }));
}
