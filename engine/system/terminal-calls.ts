/** Calls on terminals. */
import type { Result } from '../fs/types.ts';
import { word } from './control.ts';
import { ENOTTY } from './errno.ts';
import { KIND, OPEN_FILE, TTY } from './layout.ts';
import { askResult } from './mailbox.ts';
import type { Thread } from './thread.ts';
import { ttyAt } from './ttys.ts';
import type { System, WindowSize } from './types.ts';

type Names = 'isTerminal' | 'windowSize' | 'setTerminalMode' | 'setForeground';

export function terminalCalls(thread: Thread): Pick<System, Names> {
  const { control } = thread;
  const { words } = control;

  function ttyOf(fd: number): number {
    const at = thread.recordOf(fd);
    if (at < 0) return at;
    return word(control, at + OPEN_FILE.KIND) === KIND.TTY ? word(control, at + OPEN_FILE.A) : -ENOTTY;
  }

  return {
    isTerminal(fd) {
      const at = thread.recordOf(fd);
      return at >= 0 && word(control, at + OPEN_FILE.KIND) === KIND.TTY;
    },
    windowSize(fd): WindowSize | Result {
      const tty = ttyOf(fd);
      return tty < 0 ? tty : { columns: word(control, ttyAt(tty) + TTY.COLUMNS), rows: word(control, ttyAt(tty) + TTY.ROWS) };
    },
    setTerminalMode(fd, mode) {
      const tty = ttyOf(fd);
      if (tty < 0) return tty;
      if (word(control, ttyAt(tty) + TTY.MODE) === mode) return 0;
      return askResult(control, { op: 'terminal-mode', tty, mode });
    },
    setForeground(fd, processGroup) {
      const tty = ttyOf(fd);
      if (tty < 0) return tty;
      Atomics.store(words, ttyAt(tty) + TTY.FOREGROUND, processGroup);
      return 0;
    },
  };
}
