/** `internalBinding('process_wrap')` (src/process_wrap.cc): child processes. */
import { HandleWrap } from '../async-wrap.ts';
import type { CreateBinding, Environment } from '../environment.ts';
import type { Handle } from '../event-loop.ts';
import { signalName } from '../process/signal-names.ts';
import type { StreamWrap } from '../net/stream.ts';

const ESRCH = -3;
const EBADF = -9;
const EINVAL = -22;
const O_RDWR = 2;

export interface StdioOption {
  readonly type: 'ignore' | 'pipe' | 'overlapped' | 'wrap' | 'fd' | 'inherit';
  readonly fd?: number;
  readonly handle?: StreamWrap;
}

/** `constants.kProcessFlagDetached`. */
const DETACHED = 1;

interface Opened {
  readonly childFds: number[];
  /** Descriptors to close in this process once the child has them. */
  readonly closeAfter: number[];
  /** Ends of ours, and the handles that take them over. */
  readonly ours: { fd: number; handle: StreamWrap }[];
}

/** Descriptors for the child as `options.stdio` describes them. */
function openStdio(environment: Environment, stdio: readonly StdioOption[]): Opened | number {
  const { system } = environment;
  const opened: Opened = { childFds: [], closeAfter: [], ours: [] };
  for (const option of stdio) {
    if (option.type === 'ignore') {
      const fd = system.open('/dev/null', O_RDWR, 0);
      if (fd < 0) return fd;
      opened.childFds.push(fd);
      opened.closeAfter.push(fd);
    } else if (option.type === 'pipe' || option.type === 'overlapped') {
      const pair = system.socketpair();
      if (typeof pair === 'number') return pair;
      const [mine, theirs] = pair;
      opened.childFds.push(theirs);
      opened.closeAfter.push(theirs);
      if (option.handle !== undefined) opened.ours.push({ fd: mine, handle: option.handle });
    } else {
      const fd = option.type === 'wrap' ? (option.handle?.fd ?? -1) : (option.fd ?? -1);
      if (typeof system.kind(fd) === 'number') return EBADF;
      opened.childFds.push(fd);
    }
  }
  return opened;
}

export const create: CreateBinding = (environment) => {
  const { system, loop } = environment;

  class Process extends HandleWrap {
    pid: number | undefined;
    #wait: Handle | undefined;
    constructor() {
      super(environment, 'PROCESSWRAP');
    }
    /** Positional since Node 24: file, argv, cwd, `KEY=value` entries, stdio, flags; uid and gid follow and are not used. */
    spawn(
      file: string,
      args: readonly unknown[] | undefined,
      givenCwd: string | null | undefined,
      envPairs: readonly string[] | undefined,
      stdio: readonly StdioOption[] | undefined,
      flags: number,
    ): number {
      const hasCwd = givenCwd !== undefined && givenCwd !== null && givenCwd !== '';
      let failed = 0;
      const cwd = hasCwd ? system.resolve(givenCwd) : system.cwd();
      if (hasCwd) {
        const kind = system.files.kind(cwd);
        if (kind !== 1) failed = kind < 0 ? kind : -20;
      }
      const opened = openStdio(environment, stdio ?? []);
      if (typeof opened === 'number') return opened;
      const pid =
        failed !== 0
          ? failed
          : system.spawn({
              file,
              // Numbers, too, are text here.
              args: args?.map(String) ?? [file],
              env: envPairs ?? [],
              cwd,
              fds: opened.childFds,
              detached: (flags & DETACHED) !== 0,
            });
      for (const fd of opened.closeAfter) system.close(fd);
      // Of a child that could not start the pipes are open, too, and end at once: as libuv's.
      for (const { fd, handle } of opened.ours) handle.adopt(fd);
      if (pid < 0) return pid;
      this.pid = pid;
      const wait = loop.onWake(() => this.#check(pid), true);
      this.#wait = wait;
      this.attach(wait);
      return 0;
    }
    #check(pid: number): void {
      const status = system.wait4(pid);
      if (status === null || typeof status === 'number') return;
      if (this.#wait !== undefined) this.detach(this.#wait);
      this.#wait = undefined;
      loop.enqueue(() => void this.makeCallback('onexit', status.code, status.signal === 0 ? '' : signalName(environment, status.signal)));
    }
    kill(signal: number): number {
      if (this.pid === undefined || this.#wait === undefined) return ESRCH;
      return signal < 0 || signal > 64 ? EINVAL : system.kill(this.pid, signal);
    }
    protected dispose(): void {
      // A child that is not waited for any more goes on; the kernel reaps it.
      this.#wait = undefined;
    }
  }

  return { Process };
};
