import { command } from '../command/command.ts';
import { humanSize } from '../command/size.ts';

/** The one file system there is. */
export const df = command('df', (io) => {
  const options = io.options({ short: 'hkiTP', long: { 'human-readable': 'h', inodes: 'i' } });
  const usage = io.system.files.usage();
  const [total, free] = options.has('i')
    ? [usage.inodes, usage.freeInodes]
    : [usage.blocks * usage.blockSize, usage.freeBlocks * usage.blockSize];
  const used = total - free;
  const size = (value: number): string =>
    options.has('h') ? humanSize(value) : options.has('i') ? String(value) : String(Math.ceil(value / 1024));
  const percent = total === 0 ? 0 : Math.ceil((used / total) * 100);
  const heads = options.has('i')
    ? ['Inodes', 'IUsed', 'IFree', 'IUse%']
    : [options.has('h') ? 'Size' : '1K-blocks', 'Used', options.has('h') ? 'Avail' : 'Available', 'Use%'];
  const cells = [size(total), size(used), size(free), `${percent}%`];
  const widths = heads.map((head, index) => Math.max(head.length, cells[index]?.length ?? 0));
  const row = (first: string, columns: readonly string[], last: string): string =>
    `${first.padEnd(10)} ${columns.map((text, index) => text.padStart(widths[index] ?? 0)).join(' ')} ${last}\n`;
  io.print(row('Filesystem', heads, 'Mounted on') + row('jampot', cells, '/'));
});
