import { EINTR, ENOENT, ENOTDIR, strerror } from '../errno.ts';
import { statusOf } from './status.ts';
import type { CommandContext } from './command.ts';

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: readonly string[];
  /** Descriptor that becomes the command's standard input. */
  readonly input?: number;
  /** Names in messages are in quotes. */
  readonly quoted?: boolean;
}

/** Runs a command to its end and returns its exit status: 126 or 127, after a message, when it cannot be run. */
export function runCommand(io: CommandContext, words: readonly string[], options: RunOptions = {}): number {
  const [name = ''] = words;
  io.flush();
  const environment = options.env ?? [...io.env].map(([key, value]) => `${key}=${value}`);
  const pid = io.system.spawn({
    file: name,
    args: words,
    env: environment,
    cwd: options.cwd ?? io.system.cwd(),
    fds: [options.input ?? 0, 1, 2],
  });
  if (pid < 0) {
    io.error(`${options.quoted === true ? `‘${name}’` : name}: ${strerror(pid)}`, 0);
    return pid === -ENOENT || pid === -ENOTDIR ? 127 : 126;
  }
  for (;;) {
    const status = io.system.wait4Blocking(pid);
    if (typeof status !== 'number') return statusOf(status);
    if (status !== -EINTR) return io.fail(`wait: ${strerror(status)}`);
  }
}
