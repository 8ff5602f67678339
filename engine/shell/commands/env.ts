import { command } from '../command/command.ts';
import { runCommand } from '../command/run.ts';
import { ENOENT, strerror } from '../errno.ts';
import { parseOptions, OptionError } from '../command/options.ts';
import { UsageError } from '../command/command.ts';

export const env = command('env', (io) => {
  const specification = {
    short: 'iu:S:C:0v',
    long: { 'ignore-environment': 'i', unset: 'u:', 'split-string': 'S:', chdir: 'C:', null: '0' },
    stopAtOperand: true,
  };
  // `-` alone means -i; -S is split into arguments, as a `#!` line gives them all in one.
  let args: string[] = io.args.map((argument, index) => (index === 0 && argument === '-' ? '-i' : argument));
  const split = args.findIndex((argument) => /^(-[iv0]*S|--split-string=)/.test(argument));
  const before = args.slice(0, Math.max(0, split));
  if (split >= 0 && before.every((argument) => argument.startsWith('-') || argument.includes('='))) {
    const text = args[split] ?? '';
    const attached = text.replace(/^(-[iv0]*S|--split-string=)/, '');
    const rest = args.slice(split + (attached === '' ? 2 : 1));
    args = [...before, ...splitWords(attached === '' ? (args[split + 1] ?? '') : attached, io.env), ...rest];
  }
  let options;
  try {
    options = parseOptions(args, specification);
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message, 125);
    throw error;
  }
  const variables = new Map(options.has('i') ? [] : io.env);
  for (const name of options.values('u')) variables.delete(name);
  const operands = [...options.operands];
  while (/^[^=]+=/.test(operands[0] ?? '')) {
    const text = operands.shift() ?? '';
    variables.set(text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1));
  }
  const entries = [...variables].map(([name, value]) => `${name}=${value}`);
  if (operands.length === 0) {
    for (const entry of entries) io.print(entry + (options.has('0') ? '\0' : '\n'));
    return 0;
  }
  const directory = options.value('C');
  if (directory !== undefined && io.system.files.kind(io.system.resolve(directory)) !== 1)
    return io.fail(`cannot change directory to '${directory}': ${strerror(ENOENT)}`, 125);
  return runCommand(io, operands, { env: entries, cwd: directory === undefined ? undefined : io.system.resolve(directory), quoted: true });
});

/** env -S: words with quotes, backslashes and `${VAR}`. */
function splitWords(text: string, variables: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  const expression = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/g;
  for (const [, raw = ''] of text.matchAll(expression)) {
    words.push(
      raw.replace(
        /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|\$\{(\w+)\}/g,
        (_, double?: string, single?: string, escaped?: string, name?: string) =>
          single ?? escaped ?? (name === undefined ? (double ?? '').replace(/\\(.)/g, '$1') : (variables.get(name) ?? '')),
      ),
    );
  }
  return words;
}
