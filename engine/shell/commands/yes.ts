import { command } from '../command/command.ts';

export const yes = command('yes', (io) => {
  const line = `${io.args.length === 0 ? 'y' : io.args.join(' ')}\n`;
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
  for (;;) io.print(block);
});
