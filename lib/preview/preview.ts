import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Engine } from '../container/engine.ts';
import { createOutputLog } from '../container/output-log.ts';
import { startTask, type Task } from '../container/task.ts';
import { JampotError } from '../errors/problem.ts';
import { PREVIEW_SCRIPT, type PreviewLocation } from './preview-script.ts';
import { STATIC_SERVER_PORT, STATIC_SERVER_SOURCE } from './static-server.ts';

export type PreviewMode = 'live' | 'built';

export interface PreviewState {
  readonly mode: PreviewMode;
  /** Open ports of the project and their addresses. */
  readonly ports: ReadonlyMap<number, string>;
  /** Port of the dev server. */
  readonly livePort: number | null;
  /** Port of the server of the built site. */
  readonly builtPort: number | null;
  /** Where the shown page is: path with query and fragment. */
  readonly path: string;
  readonly title: string;
  /** Counts loads that the IDE asked for; a change makes the frame load `path` anew. */
  readonly load: number;
}

export interface Preview {
  readonly store: StoreApi<PreviewState>;
  /** Listens to an engine's ports. Resolves when the preview script is in place. */
  attach(engine: Engine): Promise<void>;
  /** Forgets the engine's ports. */
  detach(): void;
  setMode(mode: PreviewMode): void;
  /** Shows another of the open ports as the live one. */
  choosePort(port: number): void;
  go(address: string): void;
  reload(): void;
  /** The shown page says where it is. */
  located(location: PreviewLocation): void;
  /** The shown page was told to go elsewhere by its own history: what was asked for before does not count any more. */
  left(): void;
  /** A file of the project was edited in the IDE. */
  edited(): void;
  /**
   * Whether the shown page may be older than what the dev server built from the last edit. Dev servers tell pages to reload over a socket, and a page that loads has
   * none yet: what is built meanwhile, it is not told.
   */
  mayBeOld(): boolean;
  /** The shown page is old. @returns whether to reload it: once for each edit, since a page may differ at every load */
  isOld(): boolean;
  /** Serves a folder of the engine as production would, and shows it. */
  serveBuilt(folder: string): Promise<void>;
}

/** Address of the frame's origin, or null when nothing listens there. */
export function previewBase(state: PreviewState): string | null {
  const port = state.mode === 'live' ? state.livePort : state.builtPort;
  return port === null ? null : (state.ports.get(port) ?? null);
}

/** Milliseconds after an edit in which a page that loads may miss what is built from it. */
const EDIT_COUNTS = 10_000;

/** An address that the frame was told to load and that has not come yet. */
interface Asked {
  readonly path: string;
  /** When, in milliseconds of `now`. */
  readonly at: number;
  /** How often it was asked for again. */
  readonly repeated: number;
}

/** How often an address is asked for again that a page lost by loading itself again. */
const MOST_REPEATS = 3;
/** Longest wait for an open port to be served to pages, in milliseconds: longer than the engine waits before it gives up. */
const PATIENCE = 20_000;

/** @param now milliseconds of a clock that never goes back */
export function createPreview(now: () => number = () => performance.now()): Preview {
  const store = createStore<PreviewState>(() => ({
    mode: 'live',
    ports: new Map(),
    livePort: null,
    builtPort: null,
    path: '/',
    title: '',
    load: 0,
  }));
  let engine: Engine | null = null;
  let server: Task | null = null;
  let served: string | null = null;
  let stop: (() => void)[] = [];
  /** By `now`. */
  let lastEdit: number | null = null;
  let reloadedFor: number | null = null;
  const mayBeOld = (): boolean =>
    lastEdit !== null && lastEdit !== reloadedFor && now() - lastEdit < EDIT_COUNTS && store.getState().mode === 'live';
  let asked: Asked | null = null;
  /** Open ports that pages are served from: the first load of a port that is not may load itself again. */
  const ready = new Set<number>();

  /** Makes the frame load what the changed state names. */
  const load = (change: Partial<PreviewState> = {}, repeated = 0): void => {
    asked = { path: change.path ?? store.getState().path, at: now(), repeated };
    store.setState((state) => ({ ...change, load: state.load + 1 }));
  };

  const open = (port: number, url: string): void => {
    if (!isPort(port) || !isHttpAddress(url)) return;
    store.setState((state) => ({ ports: new Map(state.ports).set(port, url) }));
  };

  const waitForPort = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (): boolean => ready.has(port) && store.getState().ports.has(port);
      if (done()) return resolve();
      const timer = setTimeout(() => {
        unsubscribe();
        reject(new JampotError('built-server', `Port ${port} did not open.`, { fault: 'system' }));
      }, PATIENCE);
      const unsubscribe = store.subscribe(() => {
        if (!done()) return;
        clearTimeout(timer);
        unsubscribe();
        resolve();
      });
    });

  return {
    store,
    async attach(next) {
      engine = next;
      stop = [
        next.on('port', (port, type, url) => {
          if (type === 'open') return open(port, url);
          ready.delete(port);
          store.setState((state) => {
            const ports = new Map(state.ports);
            ports.delete(port);
            return {
              ports,
              livePort: state.livePort === port ? null : state.livePort,
              builtPort: state.builtPort === port ? null : state.builtPort,
            };
          });
        }),
        next.on('server-ready', (port, url) => {
          ready.add(port);
          open(port, url);
          const state = store.getState();
          // The first server is the dev server; later ones (API, hot reload) can be chosen.
          if (server !== null && port >= STATIC_SERVER_PORT && port <= STATIC_SERVER_PORT + 20 && state.livePort !== port) return;
          if (state.livePort === null) load({ livePort: port });
        }),
      ];
      await next.setPreviewScript(PREVIEW_SCRIPT);
    },
    detach() {
      for (const unsubscribe of stop) unsubscribe();
      stop = [];
      engine = null;
      server = null;
      served = null;
      ready.clear();
      store.setState({ ports: new Map(), livePort: null, builtPort: null });
    },
    setMode(mode) {
      if (store.getState().mode !== mode) load({ mode });
    },
    choosePort(port) {
      if (store.getState().ports.has(port)) load({ mode: 'live', livePort: port });
    },
    go(address) {
      load({ path: addressPath(address) });
    },
    reload: () => load(),
    located({ path, title, age, reloaded }) {
      if (asked !== null && path !== asked.path) {
        // Still the page before, which goes as soon as the one that was asked for comes.
        if (now() - age < asked.at) return;
        // The page before loaded itself again, and so took the place of what was asked for.
        if (reloaded && asked.repeated < MOST_REPEATS) return load({ path: asked.path }, asked.repeated + 1);
      }
      asked = null;
      store.setState({ path, title });
    },
    left() {
      asked = null;
    },
    edited() {
      lastEdit = now();
    },
    mayBeOld,
    isOld() {
      if (!mayBeOld()) return false;
      reloadedFor = lastEdit;
      return true;
    },
    async serveBuilt(folder) {
      if (engine === null) throw new JampotError('no-engine', 'The project is not running.');
      if (served === folder && store.getState().builtPort !== null) {
        load({ mode: 'built' });
        return;
      }
      server?.kill();
      const log = createOutputLog(10_000);
      const task = await startTask(engine, log, {
        command: 'node',
        args: ['-e', STATIC_SERVER_SOURCE, folder, String(STATIC_SERVER_PORT)],
      });
      server = task;
      served = folder;
      const port = await new Promise<number>((resolve, reject) => {
        const unfollow = log.follow(() => {
          const match = /listening (\d+)/.exec(log.text());
          if (!match) return;
          queueMicrotask(() => unfollow());
          resolve(Number(match[1]));
        });
        void task.exit.then((code) =>
          reject(new JampotError('built-server', `The server of the built site ended with exit code ${code}.\n${log.text()}`)),
        );
      });
      await waitForPort(port);
      load({ mode: 'built', builtPort: port });
      void task.exit.then(() => {
        if (server === task) server = null;
      });
    },
  };
}

/** What a user typed into the address bar, as a path. A whole address counts by its path: the preview never leaves the project. */
export function addressPath(address: string): string {
  const text = address.trim();
  try {
    const url = new URL(text, 'http://preview.invalid/');
    // Two slashes at the beginning would make a host of what follows.
    return url.pathname.replace(/^\/*/, '/') + url.search + url.hash;
  } catch {
    return '/';
  }
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
}

function isHttpAddress(url: unknown): url is string {
  return typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url);
}
