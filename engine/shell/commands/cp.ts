import { command } from '../command/command.ts';
import { copy } from '../command/copy.ts';
import { destinations } from '../command/destination.ts';
import { quoteName } from '../command/quote-name.ts';
import { stat } from '../command/stat.ts';

export const cp = command('cp', (io) => {
  const options = io.options({
    short: 'rRapfdnuvLPHTt:',
    long: {
      recursive: 'r',
      archive: 'a',
      force: 'f',
      'no-clobber': 'n',
      update: 'u',
      verbose: 'v',
      dereference: 'L',
      'no-dereference': 'P',
      preserve: 'p?',
      'target-directory': 't:',
      'no-target-directory': 'T',
    },
  });
  const recursive = options.has('r') || options.has('R') || options.has('a');
  const follow = options.last('L', 'P', 'a', 'd', 'H');
  for (const { from, to } of destinations(io, options)) {
    const target = stat(io.system, to);
    if (typeof target !== 'number') {
      if (options.has('n')) continue;
      const source = stat(io.system, from);
      if (options.has('u') && typeof source !== 'number' && source.mtime <= target.mtime) continue;
    }
    copy(io.system, from, to, {
      recursive,
      links: follow === undefined ? recursive : follow !== 'L' && follow !== 'H',
      preserve: options.has('p') || options.has('a'),
      force: options.has('f'),
      onCopy: (a, b) => {
        if (options.has('v')) io.print(`${quoteName(a)} -> ${quoteName(b)}\n`);
      },
      onError: (message) => io.error(message),
    });
  }
});
