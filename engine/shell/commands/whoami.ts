import { command } from '../command/command.ts';
import { stat } from '../command/stat.ts';
import { accountName } from '../command/users.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../open-flags.ts';

/** USER, or else the owner of a file made for the purpose: the only user there is. */
export const whoami = command('whoami', (io) => {
  const user = io.env.get('USER');
  if (user !== undefined && user !== '') {
    io.print(`${user}\n`);
    return 0;
  }
  const path = `/tmp/whoami-${io.system.pid}`;
  const fd = io.system.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  if (fd < 0) return io.fail('cannot find name for user ID');
  const found = stat(io.system, path);
  io.system.close(fd);
  io.system.files.unlink(path);
  if (typeof found === 'number') return io.fail('cannot find name for user ID');
  io.print(`${accountName(io.system, '/etc/passwd', found.uid)}\n`);
  return 0;
});
