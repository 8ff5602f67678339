import { command } from '../command/command.ts';
import { join } from '../command/paths.ts';
import { isDirectory, isLink, lstat, stat } from '../command/stat.ts';
import { strerror } from '../errno.ts';
import { patternToRegExp } from '../expansion/pattern.ts';
import { compareText } from '../order.ts';

export const tree = command('tree', (io) => {
  const options = io.options({ short: 'adfL:I:', long: { noreport: 'noreport' } });
  const limit = Number(options.value('L') ?? Infinity);
  const ignored = (options.value('I') ?? '')
    .split('|')
    .filter(Boolean)
    .map((pattern) => patternToRegExp(pattern));
  const color = io.system.isTerminal(1);
  let directories = 0;
  let files = 0;
  const walk = (path: string, prefix: string, depth: number): void => {
    if (depth > limit) return;
    const entries = io.system.files.readdir(io.system.resolve(path));
    if (typeof entries === 'number') return;
    const shown = entries
      .filter(({ name }) => (options.has('a') || !name.startsWith('.')) && !ignored.some((pattern) => pattern.test(name)))
      .filter(({ name }) => !options.has('d') || isDirectory(stat(io.system, join(path, name))))
      .sort((a, b) => compareText(a.name, b.name));
    shown.forEach(({ name }, index) => {
      const full = join(path, name);
      const last = index === shown.length - 1;
      const own = lstat(io.system, full);
      const target = isLink(own) ? io.system.files.readlink(io.system.resolve(full)) : undefined;
      const directory = isDirectory(isLink(own) ? stat(io.system, full) : own);
      if (directory) directories++;
      else files++;
      const text = options.has('f') ? full : name;
      const painted = color && directory ? `\x1b[01;34m${text}\x1b[0m` : text;
      io.print(`${prefix}${last ? '└── ' : '├── '}${painted}${typeof target === 'string' ? ` -> ${target}` : ''}\n`);
      if (isDirectory(own)) walk(full, `${prefix}${last ? '    ' : '│\u00a0\u00a0 '}`, depth + 1);
    });
  };
  for (const operand of options.operands.length === 0 ? ['.'] : options.operands) {
    const found = stat(io.system, operand);
    io.print(`${operand}${isDirectory(found) ? '' : `  [error opening dir]`}\n`);
    if (typeof found === 'number') io.error(`${operand}: ${strerror(found)}`, 2);
    else {
      directories++;
      walk(operand, '', 1);
    }
  }
  if (!options.has('noreport'))
    io.print(
      `\n${directories} director${directories === 1 ? 'y' : 'ies'}${options.has('d') ? '' : `, ${files} file${files === 1 ? '' : 's'}`}\n`,
    );
});
