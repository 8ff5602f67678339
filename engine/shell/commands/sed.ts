import { command } from '../command/command.ts';
import { parseScript } from '../command/sed-script.ts';
import { runScript } from '../command/sed-run.ts';
import { decode, encode } from '../codec.ts';
import { strerror } from '../errno.ts';

export const sed = command('sed', (io) => {
  // -i takes its suffix attached only.
  const inPlace = io.args.find((argument) => /^(-[nErsz]*i|--in-place)/.test(argument));
  const suffix = inPlace === undefined ? undefined : inPlace.replace(/^(-[nErsz]*i|--in-place=?)/, '');
  const prefix = inPlace === undefined || inPlace.startsWith('--') ? '' : inPlace.slice(0, inPlace.indexOf('i'));
  const operandsAndOptions = io.args.flatMap((argument) => (argument === inPlace ? (prefix.length > 1 ? [prefix] : []) : [argument]));
  const options = parse(operandsAndOptions);
  const operands = [...options.operands];
  const pieces: string[] = [];
  for (const { name, value } of options.given) {
    if (name === 'e') pieces.push(value);
    if (name === 'f') {
      const bytes = io.system.files.readFile(io.system.resolve(value));
      if (typeof bytes === 'number') return io.fail(`couldn't open file ${value}: ${strerror(bytes)}`);
      pieces.push(decode(bytes).replace(/\n$/, ''));
    }
  }
  if (pieces.length === 0) {
    const script = operands.shift();
    if (script === undefined) return io.fail('no script specified');
    pieces.push(script);
  }
  const text = pieces.join('\n');
  const extended = options.has('E') || options.has('r');
  let script;
  try {
    script = parseScript(text, extended);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return io.fail(`-e expression #1, char ${text.length}: ${error.message}`);
  }
  const quiet = options.has('n') || script.quiet;
  if (inPlace === undefined)
    return (
      runScript(io, script, operands.length === 0 ? ['-'] : operands, {
        quiet,
        separate: options.has('s'),
        output: (piece) => io.print(piece),
      }) ?? io.status
    );
  for (const operand of operands) {
    const path = io.system.resolve(operand);
    const before = io.system.files.readFile(path);
    if (typeof before === 'number') {
      io.error(`can't read ${operand}: ${strerror(before)}`, 2);
      continue;
    }
    const parts: string[] = [];
    const status = runScript(io, script, [operand], { quiet, separate: true, output: (piece) => void parts.push(piece) });
    if (suffix !== undefined && suffix !== '')
      io.system.files.writeFile(suffix.includes('*') ? io.system.resolve(suffix.replaceAll('*', operand)) : path + suffix, before);
    const result = io.system.files.writeFile(path, encode(parts.join('')));
    if (result < 0) io.error(`couldn't write ${operand}: ${strerror(result)}`, 4);
    if (status !== undefined) return status;
  }
  return io.status;

  function parse(args: readonly string[]) {
    return io.withArguments(args).options({
      short: 'nErsze:f:u',
      long: {
        quiet: 'n',
        silent: 'n',
        expression: 'e:',
        file: 'f:',
        'regexp-extended': 'E',
        separate: 's',
        'null-data': 'z',
        posix: 'posix',
      },
    });
  }
});
