import { command } from '../command/command.ts';
import { encode } from '../codec.ts';
import { strerror } from '../errno.ts';

export const uniq = command('uniq', (io) => {
  const options = io.options({
    short: 'cduiDf:s:w:z',
    long: { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i', 'skip-fields': 'f:', 'skip-chars': 's:', 'check-chars': 'w:' },
  });
  const [input = '-', output] = options.operands;
  const fd = io.openInput(input);
  if (fd === undefined) return 1;
  const key = (line: string): string => {
    let text = line;
    for (let i = 0; i < Number(options.value('f') ?? 0); i++) text = text.replace(/^[ \t]*[^ \t]*/, '');
    text = text.slice(Number(options.value('s') ?? 0)).slice(0, Number(options.value('w') ?? Infinity));
    return options.has('i') ? text.toLowerCase() : text;
  };
  const parts: string[] = [];
  let group: string[] = [];
  const flush = (): void => {
    const [first] = group;
    if (first === undefined) return;
    const repeated = group.length > 1;
    if (options.has('D')) {
      if (repeated) parts.push(...group.map((line) => `${line}\n`));
    } else if (!(options.has('d') && !repeated) && !(options.has('u') && repeated))
      parts.push(`${options.has('c') ? `${String(group.length).padStart(7)} ` : ''}${first}\n`);
    group = [];
    if (output === undefined) io.print(parts.splice(0).join(''));
  };
  for (const { text } of io.lines(fd, 10, input)) {
    if (group[0] !== undefined && key(group[0]) !== key(text)) flush();
    group.push(text);
  }
  flush();
  if (output !== undefined) {
    const result = io.system.files.writeFile(io.system.resolve(output), encode(parts.join('')));
    if (result < 0) return io.fail(`${output}: ${strerror(result)}`);
  }
  return io.status;
});
