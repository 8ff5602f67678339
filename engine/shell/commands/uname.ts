import { command } from '../command/command.ts';
import { KERNEL_NAME, KERNEL_RELEASE, KERNEL_VERSION, MACHINE } from '../../system/identity.ts';
import { hostName } from './hostname.ts';

/** The system that programs see, as Node's `os` reports it. */
export const uname = command('uname', (io) => {
  const options = io.options({
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      'operating-system': 'o',
    },
  });
  const values: readonly (readonly [string, string])[] = [
    ['s', KERNEL_NAME],
    ['n', hostName(io)],
    ['r', KERNEL_RELEASE],
    ['v', KERNEL_VERSION],
    ['m', MACHINE],
    ['o', 'GNU/Linux'],
  ];
  const chosen = values.filter(([letter]) => options.has('a') || options.has(letter));
  io.print(`${(chosen.length === 0 ? values.slice(0, 1) : chosen).map(([, value]) => value).join(' ')}\n`);
});
