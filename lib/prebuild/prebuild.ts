import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Engine } from '../container/engine.ts';
import { createOutputLog, plainText, type OutputLog } from '../container/output-log.ts';
import { startTask, type Task } from '../container/task.ts';
import * as failures from '../errors/failures.ts';
import { messageOf, type Place } from '../errors/problem.ts';
import type { ProblemsStore } from '../errors/problems-store.ts';
import { countOf, formatBytes, formatDuration } from '../format.ts';
import type { Project } from '../project/project.ts';
import { OUTPUT_FOLDERS, type Scripts } from './detect.ts';
import { measureOutput, type OutputStats } from './output-stats.ts';
import { firstPlace } from './places.ts';

export type PrebuildState =
  | { readonly status: 'idle' }
  | { readonly status: 'running'; readonly started: number }
  | { readonly status: 'stopped' }
  | { readonly status: 'failed'; readonly exitCode: number; readonly duration: number; readonly place: Place | null }
  /** `duration`: milliseconds of the build script alone. */
  | { readonly status: 'done'; readonly duration: number; readonly output: OutputStats };

/** Runs the project's build script in the page and measures what it made. */
export interface Prebuild {
  readonly store: StoreApi<PrebuildState>;
  readonly log: OutputLog;
  /** Whether what was built last was built from the project's files as they are now. */
  isCurrent(): boolean;
  run(engine: Engine, scripts: Scripts): Promise<void>;
  stop(): void;
  resize(size: { cols: number; rows: number }): void;
}

export interface PrebuildOptions {
  readonly project: Project;
  readonly problems: ProblemsStore;
  /** Resolves when every edit has reached the engine: a build must not miss the last keystroke. */
  readonly settled: () => Promise<void>;
  readonly again: () => Promise<void>;
  /** Makes a package.json and opens it. */
  readonly createManifest: () => void;
  readonly now?: () => number;
}

const BIGGEST = 5;

export function createPrebuild(options: PrebuildOptions): Prebuild {
  const { project, problems } = options;
  const now = options.now ?? (() => performance.now());
  const store = createStore<PrebuildState>(() => ({ status: 'idle' }));
  const log = createOutputLog();
  let task: Task | null = null;
  let stopping = false;
  let size = { cols: 100, rows: 24 };
  /** Goes up with every change of the project; what a build itself writes does not count. */
  let revision = 0;
  let builtRevision = -1;
  project.onChange((_change, origin) => {
    if (origin !== 'engine' || store.getState().status !== 'running') revision += 1;
  });

  const fail = (exitCode: number, duration: number, text: string, workdir: string): void => {
    const { files } = project.store.getState();
    const place = firstPlace(text, (path) => files.has(path), workdir);
    log.append(`\r\n\u001b[31m\u001b[1mBuild failed\u001b[0m with exit code ${exitCode} after ${formatDuration(duration)}\r\n`);
    store.setState({ status: 'failed', exitCode, duration, place }, true);
    problems.report(failures.buildFailed(text, exitCode, duration, place, { label: 'Build again', run: options.again }));
  };

  return {
    store,
    log,
    isCurrent: () => store.getState().status === 'done' && builtRevision === revision,
    async run(engine, scripts) {
      if (store.getState().status === 'running') return;
      problems.resolve('build');
      if (scripts.build === null) {
        const problem = !project.store.getState().files.has('package.json')
          ? failures.noManifest('build', options.createManifest)
          : scripts.broken === null
            ? failures.noScript('build', { label: 'Build again', run: options.again })
            : failures.brokenManifest(scripts.broken);
        log.clear();
        log.append(`${problem.title}: ${problem.cause}\r\n`);
        problems.report(problem);
        return;
      }
      const started = now();
      stopping = false;
      store.setState({ status: 'running', started }, true);
      log.clear();
      log.append(`\u001b[2m$ npm run ${scripts.build}\u001b[0m\r\n`);
      try {
        await options.settled();
        const from = revision;
        const begun = now();
        task = await startTask(engine, log, { command: 'npm', args: ['run', scripts.build], size });
        const exitCode = await task.exit;
        task = null;
        const duration = now() - begun;
        const text = plainText(log.text());
        if (stopping) {
          log.append('\r\nBuild stopped\r\n');
          store.setState({ status: 'stopped' }, true);
        } else if (exitCode !== 0) {
          fail(exitCode, duration, text, engine.workdir);
        } else {
          const folder = await findOutput(engine, scripts);
          if (folder === null) {
            log.append(`\r\nThe build ended well, but none of its usual folders is there: ${OUTPUT_FOLDERS.join(', ')}\r\n`);
            fail(exitCode, duration, text, engine.workdir);
            return;
          }
          const output = await measureOutput(engine, folder);
          builtRevision = from;
          log.append(summary(output, duration));
          store.setState({ status: 'done', duration, output }, true);
        }
      } catch (error) {
        task = null;
        log.append(`\r\n${messageOf(error)}\r\n`);
        store.setState({ status: 'failed', exitCode: -1, duration: now() - started, place: null }, true);
        problems.report(failures.buildFailed(messageOf(error), -1, now() - started, null, { label: 'Build again', run: options.again }));
      }
    },
    stop() {
      stopping = true;
      task?.kill();
    },
    resize(next) {
      size = next;
      task?.resize(next);
    },
  };
}

async function findOutput(engine: Engine, scripts: Scripts): Promise<string | null> {
  for (const folder of scripts.output === null ? OUTPUT_FOLDERS : [scripts.output, ...OUTPUT_FOLDERS]) {
    try {
      if ((await engine.fs.readdir(folder)).length > 0) return folder;
    } catch (error) {
      if (!/ENOENT|ENOTDIR/.test(String(error))) throw error;
    }
  }
  return null;
}

/** The end of the build log: what was made and what is big in it. */
function summary(output: OutputStats, duration: number): string {
  const bold = (text: string): string => `\u001b[1m${text}\u001b[0m`;
  const lines = [
    '',
    ...output.files
      .slice(0, BIGGEST)
      .map(({ path, size, gzip }) => `  ${formatBytes(size).padStart(8)}  ${formatBytes(gzip).padStart(8)} gzip  ${output.folder}/${path}`),
    // Last, so that it is in view however small the terminal is.
    `\u001b[32m${bold('Built')}\u001b[0m in ${bold(formatDuration(duration))}: ${countOf(output.files.length, 'file')}, ${formatBytes(output.size)}, ${formatBytes(output.gzip)} with gzip`,
    '',
  ];
  return lines.join('\r\n');
}
