import { command } from '../command/command.ts';
import { displayWidth } from '../interactive/width.ts';
import { decode } from '../codec.ts';
import { fstat, S_IFMT, S_IFREG, stat } from '../command/stat.ts';

export const wc = command('wc', (io) => {
  const options = io.options({ short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' } });
  const chosen = ['l', 'w', 'm', 'c', 'L'].filter((name) => options.has(name));
  const columns = chosen.length === 0 ? ['l', 'w', 'c'] : chosen;
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const decoded = columns.some((name) => 'wmL'.includes(name));
  const rows: { counts: Record<string, number>; name: string }[] = [];
  const total: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  // GNU's column width: the digits of the sizes together, at least 7 when one is no regular file.
  let sizes = 0;
  let irregular = false;
  for (const operand of operands) {
    const found = operand === '-' ? fstat(io.system, 0) : stat(io.system, operand);
    if (typeof found === 'number') continue;
    if ((found.mode & S_IFMT) === S_IFREG) sizes += found.size;
    else irregular = true;
  }
  for (const operand of operands) {
    const fd = io.openInput(operand);
    if (fd === undefined) continue;
    const counts: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    let inWord = false;
    let rest = new Uint8Array();
    const add = (name: string, amount: number): void => void (counts[name] = (counts[name] ?? 0) + amount);
    for (const chunk of io.chunks(fd, operand)) {
      add('c', chunk.length);
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) add('l', 1);
      if (!decoded) continue;
      // Characters end at the last newline of a chunk at the latest.
      const cut = chunk.lastIndexOf(10) + 1;
      const joined = new Uint8Array(rest.length + cut);
      joined.set(rest);
      joined.set(chunk.subarray(0, cut), rest.length);
      if (cut === 0) {
        const more = new Uint8Array(rest.length + chunk.length);
        more.set(rest);
        more.set(chunk, rest.length);
        rest = more;
        continue;
      }
      rest = chunk.slice(cut);
      inWord = count(decode(joined), counts, inWord);
    }
    if (rest.length > 0) count(decode(rest), counts, inWord);
    io.closeInput(fd);
    rows.push({ counts, name: operand });
    for (const name of Object.keys(total))
      total[name] = name === 'L' ? Math.max(total[name] ?? 0, counts[name] ?? 0) : (total[name] ?? 0) + (counts[name] ?? 0);
  }
  if (operands.length > 1) rows.push({ counts: total, name: 'total' });
  const single = operands.length === 1 && columns.length === 1;
  const width = single ? 1 : Math.max(irregular ? 7 : 1, String(sizes).length);
  for (const { counts, name } of rows) {
    const shown = options.operands.length === 0 ? '' : ` ${name}`;
    io.print(`${columns.map((column) => String(counts[column] ?? 0).padStart(width)).join(' ')}${shown}\n`);
  }
});

/** Counts words, characters and the longest line of a piece; returns whether it ends within a word. */
function count(text: string, counts: Record<string, number>, inWord: boolean): boolean {
  let word = inWord;
  for (const character of text) {
    counts['m'] = (counts['m'] ?? 0) + (/[\uDC80-\uDCFF]/u.test(character) ? 0 : 1);
    const space = /\s/.test(character);
    if (!space && !word) counts['w'] = (counts['w'] ?? 0) + 1;
    word = !space;
  }
  for (const line of text.split('\n')) {
    let width = 0;
    for (const piece of line.split('\t').entries()) {
      if (piece[0] > 0) width += 8 - (width % 8);
      width += displayWidth(piece[1]);
    }
    counts['L'] = Math.max(counts['L'] ?? 0, width);
  }
  return word;
}
