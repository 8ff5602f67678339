import { USER } from '../../system/identity.ts';
import { command, UsageError } from '../command/command.ts';
import { accountName } from '../command/users.ts';

/** Numbers and names of the one user there is. */
export const id = command('id', (io) => {
  const letters = io.args
    .filter((word) => word.startsWith('-'))
    .join('')
    .replaceAll('-', '');
  const names = io.args.filter((word) => !word.startsWith('-'));
  const unknown = [...letters].find((letter) => !'ugGnr'.includes(letter));
  if (unknown !== undefined) throw new UsageError(`invalid option -- '${unknown}'`);
  if (names.some((name) => name !== USER.name && name !== String(USER.uid))) return io.fail(`‘${names[0] ?? ''}’: no such user`);
  const user = accountName(io.system, '/etc/passwd', USER.uid);
  const group = accountName(io.system, '/etc/group', USER.gid);
  const wanted = [...letters].filter((letter) => 'ugG'.includes(letter));
  if (wanted.length > 1) return io.fail('cannot print "only" of more than one choice');
  const isNamed = letters.includes('n');
  if (wanted.length === 0 && isNamed) return io.fail('cannot print only names or real IDs in default format');
  if (wanted[0] === 'u') io.print(`${isNamed ? user : USER.uid}\n`);
  else if (wanted[0] !== undefined) io.print(`${isNamed ? group : USER.gid}\n`);
  else io.print(`uid=${USER.uid}(${user}) gid=${USER.gid}(${group}) groups=${USER.gid}(${group})\n`);
  return 0;
});
