/** Readiness of descriptors, and waiting for anything to happen. */
import { clearBit, setBit, wakeSlot, word } from './control.ts';
import { HEADER, KIND, OPEN_FILE, TTY } from './layout.ts';
import { hasConnection } from './listeners.ts';
import { hasReaders, hasWriters, unread, writable } from './rings.ts';
import type { Thread } from './thread.ts';
import { TTY_OPEN, ttyAt, ttyOutput, ttyReadable } from './ttys.ts';
import { ENDED, HANGUP, READABLE, WRITABLE } from './types.ts';
import type { System } from './types.ts';

type Names = 'ready' | 'watch' | 'unwatch' | 'wakeSequence' | 'waitBlocking' | 'wait' | 'wake' | 'wakeThread' | 'watchFiles';

export function readinessCalls(thread: Thread): Pick<System, Names> {
  const { control } = thread;
  const { slot } = control;

  return {
    watch: (fd) => thread.watch(fd),
    unwatch: (fd) => thread.unwatch(fd),
    wakeSequence: () => thread.wakeSequence(),
    waitBlocking: (sequence, timeoutMilliseconds) => thread.waitBlocking(sequence, timeoutMilliseconds),
    wait: (sequence, timeoutMilliseconds) => thread.wait(sequence, timeoutMilliseconds),
    wake: () => wakeSlot(control, slot),
    wakeThread: (target) => wakeSlot(control, target),
    ready(fd) {
      const at = thread.recordOf(fd);
      if (at < 0) return 0;
      const a = word(control, at + OPEN_FILE.A);
      const b = word(control, at + OPEN_FILE.B);
      switch (word(control, at + OPEN_FILE.KIND)) {
        case KIND.PIPE:
        case KIND.SOCKET: {
          let bits = 0;
          const ended = a > 0 && !hasWriters(control, a - 1);
          const broken = b > 0 ? !hasReaders(control, b - 1) : true;
          if (a > 0 && (ended || unread(control, a - 1) > 0)) bits |= READABLE;
          if (ended) bits |= ENDED;
          if (b > 0 && writable(control, b - 1)) bits |= WRITABLE;
          if (a > 0 ? ended && broken : broken) bits |= HANGUP;
          return bits;
        }
        case KIND.LISTENER:
          return hasConnection(control, a) ? READABLE : 0;
        case KIND.TTY: {
          const isOpen = word(control, ttyAt(a) + TTY.STATE) === TTY_OPEN;
          return (
            (ttyReadable(control, a) ? READABLE : 0) |
            (!isOpen || writable(control, ttyOutput(control, a)) ? WRITABLE : 0) |
            (isOpen ? 0 : HANGUP)
          );
        }
        default:
          return READABLE | WRITABLE;
      }
    },
    watchFiles(on) {
      if (on) setBit(control, HEADER.FILE_INTEREST, slot);
      else clearBit(control, HEADER.FILE_INTEREST, slot);
    },
  };
}
