import { command } from '../command/command.ts';
import { hostName } from './hostname.ts';

/** The system that programs see: Linux on wasm32, as Node's `os` reports the platform. */
export const uname = command('uname', (io) => {
  const options = io.options({ short: 'asnrvmpio', long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', 'kernel-version': 'v', machine: 'm', 'operating-system': 'o' } });
  const values: readonly (readonly [string, string])[] = [['s', 'Linux'], ['n', hostName(io)], ['r', 'jampot'], ['v', 'jampot'], ['m', 'wasm32'], ['o', 'GNU/Linux']];
  const chosen = values.filter(([letter]) => options.has('a') || options.has(letter));
  io.print(`${(chosen.length === 0 ? values.slice(0, 1) : chosen).map(([, value]) => value).join(' ')}\n`);
});
