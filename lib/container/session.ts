import { createStore, type StoreApi } from 'zustand/vanilla';
import * as failures from '../errors/failures.ts';
import { JampotError, messageOf } from '../errors/problem.ts';
import type { ProblemsStore } from '../errors/problems-store.ts';
import { countOf, formatBytes } from '../format.ts';
import { detectScripts, type Scripts } from '../prebuild/detect.ts';
import { firstPlace } from '../prebuild/places.ts';
import { ignoredPaths } from '../project/ignored.ts';
import type { Project } from '../project/project.ts';
import type { Engine } from './engine.ts';
import { installDigest, isInstalled, markInstalled } from './install-marker.ts';
import { createProgressFilter, type InstallProgress } from './install-progress.ts';
import { createOutputLog, plainText, type OutputLog } from './output-log.ts';
import { initialSteps, waitingStep, type Step, type StepId, type Steps } from './steps.ts';
import { reconcile } from './reconcile.ts';
import { startSync, type Sync } from './sync.ts';
import { startTask, type Task } from './task.ts';

export interface SessionState {
  readonly steps: Steps;
  /** The running engine, for terminals and builds. */
  readonly engine: Engine | null;
  readonly scripts: Scripts;
}

/** A project's engine from boot to teardown: files in sync, packages installed, dev server running. */
export interface Session {
  readonly store: StoreApi<SessionState>;
  /** Output of install and dev server. */
  readonly log: OutputLog;
  start(): Promise<void>;
  /** Ends the running step (install or dev server). */
  stop(): void;
  /** Runs install (when needed) and the dev script again in the running engine; boots first when there is none. */
  runAgain(): Promise<void>;
  /** Tears the engine down and starts from the beginning. */
  restart(): Promise<void>;
  /** Resolves when all edits have reached the engine. */
  settled(): Promise<void>;
  /** Input for install and dev server, from their terminal. */
  input(text: string): void;
  resize(size: { cols: number; rows: number }): void;
  /** Tears the engine down, also one that is still booting. Resolves when nothing of it runs any more; `start` begins anew. */
  shutDown(): Promise<void>;
  /** As `shutDown`, for ever. */
  dispose(): void;
}

export interface SessionOptions {
  readonly project: Project;
  readonly problems: ProblemsStore;
  /** Boots an engine; `onEnded` is for one that ends without being asked to and cannot tell by itself. */
  readonly boot: (onEnded: (message: string) => void) => Promise<Engine>;
  /** Loads the page anew, with everything saved: the way back when the page's engine does not answer any more. */
  readonly reload?: () => Promise<void>;
  /** Removals the engine has not seen yet, and whom to tell when it has. */
  readonly removed: () => readonly string[];
  readonly onRemoved: (paths: readonly string[]) => void;
  /** Makes a package.json and opens it. */
  readonly createManifest: () => void;
  /** A new engine is there and has the files; called before anything runs. */
  readonly onEngine?: (engine: Engine) => Promise<void> | void;
  /** Whether a server that became ready counts as the dev server. */
  readonly now?: () => number;
}

/** The engine's event `error`; the vendor's has no codes. */
interface EngineError {
  readonly message: string;
  readonly code?: string;
}

export function createSession(options: SessionOptions): Session {
  const { project, problems } = options;
  const now = options.now ?? (() => performance.now());
  const log = createOutputLog();
  const store = createStore<SessionState>(() => ({
    steps: initialSteps(),
    engine: null,
    scripts: detectScripts(project.store.getState().files),
  }));
  const stopWatchingManifest = project.store.subscribe((state, previous) => {
    if (
      state.files.get('package.json') !== previous.files.get('package.json') ||
      state.files.has('package-lock.json') !== previous.files.has('package-lock.json')
    ) {
      store.setState({ scripts: detectScripts(state.files) });
    }
  });

  let sync: Sync | null = null;
  let task: Task | null = null;
  let stopping = false;
  let size = { cols: 100, rows: 24 };
  let running: Promise<void> | null = null;
  /** Goes up when what was begun before is not wanted any more. */
  let epoch = 0;

  const setStep = (id: StepId, change: Partial<Step>): void =>
    store.setState(({ steps }) => ({ steps: { ...steps, [id]: { ...steps[id], ...change } } }));
  const begin = (id: StepId, text: string): void => setStep(id, { status: 'running', text, started: now(), ended: null, progress: null });
  const end = (id: StepId, status: 'done' | 'failed' | 'skipped' | 'stopped', text: string): void =>
    setStep(id, { status, text, ended: now(), progress: null });

  /** The client talks to one frame for as long as the page lives: when nothing answers there, only another page starts an engine. */
  let unanswered = false;
  const onEnded = (message: string): void => {
    unanswered = true;
    const { engine } = store.getState();
    if (engine) engineDied(engine, message);
  };
  /** What the engine tells by itself. Only an error without a code means that it cannot go on. */
  const onEngineError = (engine: Engine, { code, message }: EngineError): void => {
    if (store.getState().engine !== null && store.getState().engine !== engine) return;
    if (code === undefined) engineDied(engine, message);
    else if (code === 'JAMPOT_WORKER_DIED') problems.report(failures.programCrashed(message, restartAction));
    else problems.report(failures.installedFilesNotKept(code, message));
  };
  const restartAction = { label: 'Restart', run: () => session.restart() };
  const retryAction = { label: 'Try again', run: () => session.runAgain() };
  const startAction = { label: 'Start again', run: () => session.runAgain() };

  const boot = async (): Promise<Engine | null> => {
    const mine = epoch;
    /** Ends an engine that came when nobody wanted it any more. */
    const isUnwanted = (late: Engine): boolean => {
      if (mine === epoch) return false;
      sync?.dispose();
      sync = null;
      late.teardown();
      return true;
    };
    begin('boot', 'Starting Node.js in this page');
    for (const code of ['engine', 'worker', 'engine-store', 'disk-full', 'sync']) problems.resolve(code);
    let engine: Engine;
    try {
      [engine] = await Promise.all([options.boot(onEnded), project.whenComplete()]);
    } catch (error) {
      if (mine !== epoch) return null;
      unanswered ||= error instanceof JampotError && error.code === 'engine-silent';
      end('boot', 'failed', 'Node.js did not start');
      problems.report(failures.engineDidNotStart(messageOf(error), restartAction));
      return null;
    }
    if (isUnwanted(engine)) return null;
    try {
      setStep('boot', { text: 'Copying the project’s files' });
      const ignores = (path: string): boolean => ignoredPaths(store.getState().scripts.output)(path);
      const removed = options.removed();
      const pending = await reconcile(project, engine, { ignores, removed });
      if (isUnwanted(engine)) return null;
      sync = startSync(project, engine, {
        ignores,
        pending,
        onRemoved: options.onRemoved,
        onRecovered: () => {
          problems.resolve('disk-full');
          problems.resolve('sync');
        },
        onError: (error, path) => {
          const details = messageOf(error);
          problems.report(details.includes('ENOSPC') ? failures.diskFull(details) : failures.fileNotSynced(path, details));
        },
      });
      options.onRemoved(removed);
      engine.on('error', (error: EngineError) => onEngineError(engine, error));
      await options.onEngine?.(engine);
      if (isUnwanted(engine)) return null;
    } catch (error) {
      if (isUnwanted(engine)) return null;
      const details = messageOf(error);
      end('boot', 'failed', 'The project’s files could not be copied');
      problems.report(details.includes('ENOSPC') ? failures.diskFull(details) : failures.engineDidNotStart(details, restartAction));
      return null;
    }
    store.setState({ engine });
    end('boot', 'done', 'Node.js runs');
    return engine;
  };

  const engineDied = (engine: Engine, message: string): void => {
    if (store.getState().engine !== engine) return;
    sync?.dispose();
    sync = null;
    store.setState({ engine: null });
    for (const id of ['boot', 'install', 'dev'] as const) {
      if (store.getState().steps[id].status === 'running' || id === 'boot') end(id, 'failed', 'The project stopped running');
    }
    problems.report(failures.engineDied(message, restartAction));
  };

  const install = async (engine: Engine): Promise<boolean> => {
    const { scripts } = store.getState();
    problems.resolve('install');
    if (scripts.broken !== null) {
      problems.report(failures.brokenManifest(scripts.broken));
      begin('install', 'Reading package.json');
      end('install', 'failed', 'package.json cannot be read');
      return false;
    }
    problems.resolve('manifest');
    if (scripts.install === null) {
      setStep('install', { status: 'skipped', text: 'No packages to install' });
      return true;
    }
    begin('install', 'Looking at the installed packages');
    const digest = await installDigest(project.store.getState().files);
    if (await isInstalled(engine, digest)) {
      end('install', 'skipped', 'Packages are installed');
      return true;
    }
    let last: InstallProgress | null = null;
    setStep('install', { text: 'Installing packages' });
    const filter = createProgressFilter((progress) => {
      if (progress.total > (last?.total ?? 0)) last = progress;
      else if (last !== null) last = { ...last, bytes: Math.max(last.bytes, progress.bytes) };
      setStep('install', {
        text: progressText(progress),
        progress: progress.total > 0 ? { done: Math.min(progress.done, progress.total), total: progress.total } : null,
      });
    });
    const from = log.text().length;
    log.append(`\u001b[2m$ npm ${scripts.install}\u001b[0m\r\n`);
    const code = await run(engine, 'npm', [scripts.install], { env: { JAMPOT_PROGRESS: '1' }, filter: filter.push });
    log.append(filter.end());
    if (code === null) {
      end('install', 'failed', 'Install stopped');
      return false;
    }
    if (code !== 0) {
      end('install', 'failed', 'Install failed');
      problems.report(failures.installFailed(plainText(log.text().slice(from)), code, retryAction));
      return false;
    }
    // `npm install` may have written a lockfile: what is marked is what is there now.
    await markInstalled(engine, await installDigest(project.store.getState().files));
    const seen = last as InstallProgress | null;
    end(
      'install',
      'done',
      seen && seen.total > 0
        ? `Installed ${countOf(seen.total, 'package')}${seen.bytes > 0 ? `, ${formatBytes(seen.bytes)}` : ''}`
        : 'Packages installed',
    );
    return true;
  };

  const dev = async (engine: Engine): Promise<void> => {
    const { scripts } = store.getState();
    problems.resolve('dev');
    if (scripts.dev === null) {
      const exists = project.store.getState().files.has('package.json');
      begin('dev', 'Looking for a dev script');
      end('dev', 'failed', exists ? 'package.json has no dev script' : 'There is no package.json');
      problems.report(exists ? failures.noScript('dev', retryAction) : failures.noManifest('dev', options.createManifest));
      return;
    }
    begin('dev', `Running “npm run ${scripts.dev}”`);
    const from = log.text().length;
    log.append(`\u001b[2m$ npm run ${scripts.dev}\u001b[0m\r\n`);
    let served: number | null = null;
    const stopListeningForServer = engine.on('server-ready', (port) => {
      if (store.getState().steps.dev.status !== 'running') return;
      served = port;
      end('dev', 'done', `Serving on port ${port}`);
    });
    // A server that goes away while its script runs on, perhaps to come back with another configuration, is not done.
    const stopListeningForPort = engine.on('port', (port, type) => {
      if (type !== 'close' || port !== served || store.getState().steps.dev.status !== 'done') return;
      begin('dev', `Port ${port} has closed. Waiting for the dev server`);
    });
    const code = await run(engine, 'npm', ['run', scripts.dev]);
    stopListeningForServer();
    stopListeningForPort();
    if (code === null || store.getState().engine !== engine) {
      if (store.getState().engine === engine) end('dev', 'stopped', 'Dev server stopped');
      return;
    }
    const text = plainText(log.text().slice(from));
    const files = project.store.getState().files;
    if (failures.wasStopped(text, code)) {
      end('dev', 'stopped', 'Dev server stopped');
      problems.report(failures.devServerStopped(scripts.dev, startAction));
      return;
    }
    end('dev', 'failed', 'Dev server stopped');
    problems.report(
      failures.devServerFailed(
        text,
        code,
        scripts.dev,
        firstPlace(text, (path) => files.has(path), engine.workdir),
        retryAction,
      ),
    );
  };

  /** Exit code, or null when the user stopped it. */
  const run = async (
    engine: Engine,
    command: string,
    args: readonly string[],
    extra: { env?: Record<string, string>; filter?: (chunk: string) => string } = {},
  ): Promise<number | null> => {
    stopping = false;
    const started = await startTask(engine, log, { command, args, size, ...extra });
    task = started;
    const code = await started.exit;
    if (task === started) task = null;
    return stopping ? null : code;
  };

  const setUp = async (engine: Engine): Promise<void> => {
    try {
      if (await install(engine)) await dev(engine);
    } catch (error) {
      // A call into an engine that is gone rejects; its end has been reported by then.
      if (store.getState().engine !== engine) return;
      engineDied(engine, messageOf(error));
    }
  };

  const session: Session = {
    store,
    log,
    async start() {
      running ??= (async () => {
        const engine = await boot();
        // The dev server runs as long as the session: `start` is over when it is on its way.
        if (engine) void setUp(engine);
      })().finally(() => (running = null));
      await running;
    },
    stop() {
      stopping = true;
      task?.kill();
    },
    async runAgain() {
      const { engine } = store.getState();
      if (!engine) return session.start();
      session.stop();
      await task?.exit;
      store.setState(({ steps }) => ({ steps: { ...steps, install: waitingStep('install'), dev: waitingStep('dev') } }));
      void setUp(engine);
    },
    async restart() {
      if (unanswered && options.reload !== undefined) return options.reload();
      const { engine } = store.getState();
      sync?.dispose();
      sync = null;
      stopping = true;
      store.setState({ engine: null, steps: initialSteps() });
      try {
        engine?.teardown();
      } catch (error) {
        log.append(`\r\n${messageOf(error)}\r\n`);
      }
      await session.start();
    },
    settled: () => sync?.settled() ?? Promise.resolve(),
    input: (text) => task?.write(text),
    resize(next) {
      size = next;
      task?.resize(next);
    },
    async shutDown() {
      epoch += 1;
      stopping = true;
      sync?.dispose();
      sync = null;
      const { engine } = store.getState();
      store.setState({ engine: null, steps: initialSteps() });
      engine?.teardown();
      await running;
      store.setState({ steps: initialSteps() });
    },
    dispose() {
      stopWatchingManifest();
      void session.shutDown();
    },
  };
  return session;
}

function progressText({ phase, done, total, name }: InstallProgress): string {
  if (phase === 'scripts') return name === null || name === '' ? 'Running install scripts' : `Running the install script of ${name}`;
  if (phase === 'resolve' || total === 0) return 'Finding out which packages are needed';
  return `${phase === 'link' ? 'Putting' : 'Installing'} ${countOf(total, 'package')}${phase === 'link' ? ' in place' : ''}, ${done} done`;
}
