import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Engine } from '../container/engine.ts';
import { createOutputLog, type OutputLog } from '../container/output-log.ts';
import { startTask, type Task } from '../container/task.ts';
import { messageOf } from '../errors/problem.ts';

/** Something a terminal view can show and type into. */
export interface TerminalSource {
  readonly log: OutputLog;
  input(text: string): void;
  resize(size: { cols: number; rows: number }): void;
}

export interface TerminalEntry {
  readonly id: string;
  readonly title: string;
  readonly source: TerminalSource;
  /** Shells can be closed; the terminals of the dev server and the build stay. */
  readonly closable: boolean;
}

export interface TerminalsState {
  readonly entries: readonly TerminalEntry[];
  readonly active: string;
}

export interface Terminals {
  readonly store: StoreApi<TerminalsState>;
  /** Opens another shell and shows it. It starts as soon as there is an engine. */
  openShell(): void;
  close(id: string): void;
  show(id: string): void;
  /** Adds a terminal that something else writes to; the newest of an id wins. */
  add(entry: TerminalEntry, show?: boolean): void;
  /** The engine that shells run in; null when it is gone. Shells of a gone engine start again in the next one. */
  setEngine(engine: Engine | null): void;
}

interface Shell {
  readonly log: OutputLog;
  task: Task | null;
  size: { cols: number; rows: number };
  /** The engine that the shell is being started in. */
  starting: Engine | null;
}

export function createTerminals(first: TerminalEntry): Terminals {
  const store = createStore<TerminalsState>(() => ({ entries: [first], active: first.id }));
  const shells = new Map<string, Shell>();
  let engine: Engine | null = null;
  let opened = 0;

  const start = async (id: string, shell: Shell): Promise<void> => {
    const home = engine;
    if (home === null || shell.task !== null || shell.starting === home) return;
    shell.starting = home;
    try {
      const task = await startTask(home, shell.log, { command: 'sh', args: [], size: shell.size, env: { TERM: 'xterm-256color' } });
      // The engine went while the shell was starting: it is started in the next one.
      if (engine !== home) return task.kill();
      shell.task = task;
      task.resize(shell.size);
      void task.exit.then(() => {
        if (shell.task === task) shell.task = null;
        // `exit` in a shell closes its terminal, as everywhere; the end of the engine does not.
        if (engine === home) terminals.close(id);
      });
    } catch (error) {
      shell.log.append(`\r\n\u001b[31mThe shell did not start: ${messageOf(error)}\u001b[0m\r\n`);
    } finally {
      if (shell.starting === home) shell.starting = null;
    }
  };

  const terminals: Terminals = {
    store,
    openShell() {
      opened += 1;
      const id = `shell-${opened}`;
      const shell: Shell = { log: createOutputLog(), task: null, size: { cols: 100, rows: 24 }, starting: null };
      shells.set(id, shell);
      const source: TerminalSource = {
        log: shell.log,
        input: (text) => shell.task?.write(text),
        resize(size) {
          shell.size = size;
          shell.task?.resize(size);
        },
      };
      store.setState(({ entries }) => ({
        entries: [...entries, { id, title: opened === 1 ? 'Shell' : `Shell ${opened}`, source, closable: true }],
        active: id,
      }));
      if (engine === null) shell.log.append('\u001b[2mThe shell starts as soon as the project runs.\u001b[0m\r\n');
      else void start(id, shell);
    },
    close(id) {
      shells.get(id)?.task?.kill();
      shells.delete(id);
      store.setState((state) => {
        const index = state.entries.findIndex((entry) => entry.id === id);
        if (index === -1 || !state.entries[index]?.closable) return state;
        const entries = state.entries.filter((entry) => entry.id !== id);
        return { entries, active: state.active === id ? (entries[Math.min(index, entries.length - 1)]?.id ?? first.id) : state.active };
      });
    },
    show: (id) => store.setState({ active: id }),
    add(entry, show = false) {
      store.setState(({ entries, active }) => ({
        entries: entries.some(({ id }) => id === entry.id)
          ? entries.map((old) => (old.id === entry.id ? entry : old))
          : [...entries.filter(({ closable }) => !closable), entry, ...entries.filter(({ closable }) => closable)],
        active: show ? entry.id : active,
      }));
    },
    setEngine(next) {
      if (next === engine) return;
      engine = next;
      for (const [id, shell] of shells) {
        shell.task = null;
        if (next !== null) {
          shell.log.clear();
          void start(id, shell);
        }
      }
    },
  };
  return terminals;
}
