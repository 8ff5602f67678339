import { command, UsageError } from '../command/command.ts';
import { decode, encode } from '../codec.ts';

export const cut = command('cut', (io) => {
  const options = io.options({
    short: 'b:c:d:f:nsz',
    long: {
      bytes: 'b:',
      characters: 'c:',
      delimiter: 'd:',
      fields: 'f:',
      'only-delimited': 's',
      complement: 'complement',
      'output-delimiter': 'out:',
    },
  });
  const kind = options.last('b', 'c', 'f');
  if (kind === undefined) throw new UsageError('you must specify a list of bytes, characters, or fields');
  const ranges = (options.value(kind) ?? '').split(/[,\s]+/).map((text) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(text);
    if (match === null || text === '-' || text === '' || match[1] === '0')
      throw new UsageError(text === '0' ? 'fields are numbered from 1' : `invalid ${kind === 'f' ? 'field' : 'byte or character'} range`);
    const from = Number(match[1] || 1);
    return { from, to: match[2] === '' ? from : match[3] === '' ? Infinity : Number(match[3]) };
  });
  const wanted = (index: number): boolean => ranges.some(({ from, to }) => index >= from && index <= to) !== options.has('complement');
  const delimiter = options.value('d') ?? '\t';
  if ([...delimiter].length > 1) throw new UsageError('the delimiter must be a single character');
  const separator = options.value('out') ?? (kind === 'f' ? delimiter : '');
  for (const operand of options.operands.length === 0 ? ['-'] : options.operands) {
    const fd = io.openInput(operand);
    if (fd === undefined) continue;
    for (const { text } of io.lines(fd, 10, operand)) {
      if (kind === 'f') {
        if (!text.includes(delimiter)) {
          if (!options.has('s')) io.print(`${text}\n`);
          continue;
        }
        io.print(
          `${text
            .split(delimiter)
            .filter((_, index) => wanted(index + 1))
            .join(separator)}\n`,
        );
      } else {
        // GNU's -c selects bytes, as its -b does.
        io.print(`${decode(encode(text).filter((_, index) => wanted(index + 1)))}\n`);
      }
    }
    io.closeInput(fd);
  }
});
