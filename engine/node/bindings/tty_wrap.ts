/** `internalBinding('tty_wrap')` (src/tty_wrap.cc). */
import type { CreateBinding } from '../environment.ts';
import { EINVAL, StreamWrap } from '../net/stream.ts';

const ENOTTY = -25;
const RAW_VT = 3;

export const create: CreateBinding = (environment) => {
  const { system } = environment;

  class TTY extends StreamWrap {
    constructor(fd: number, context: Record<string, unknown>) {
      super(environment, 'TTYWRAP');
      if (!system.isTerminal(fd)) {
        Object.assign(context, { errno: EINVAL, code: 'EINVAL', message: 'invalid argument', syscall: 'uv_tty_init' });
        return;
      }
      // Its own descriptor, as libuv reopens the terminal: closing the stream leaves the process's standard streams alone.
      this.adopt(fd <= 2 ? fd : system.dup(fd));
      this.setBlocking(true);
    }
    getWindowSize(out: number[]): number {
      const size = system.windowSize(this.fd);
      if (typeof size === 'number') return size;
      out[0] = size.columns;
      out[1] = size.rows;
      return 0;
    }
    setRawMode(mode: boolean | number): number {
      const raw = mode === true || mode === RAW_VT || mode === 1;
      return this.fd < 0 ? ENOTTY : system.setTerminalMode(this.fd, raw ? 1 : 0);
    }
  }

  return { TTY, isTTY: (fd: number) => system.isTerminal(fd) };
};
