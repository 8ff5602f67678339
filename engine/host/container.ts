/** One instance as the official client sees it: the kernel and its file system behind the API's methods. */
import { formatFileSystem, lockForKill, openFileSystem, requestKill, unlockAfterKill } from '../fs/file-system.ts';
import { Kernel } from '../kernel/kernel.ts';
import { PATH } from '../kernel/root-files.ts';
import type { RunningProcess, Sink } from '../kernel/run.ts';
import type { BuildOptions, PreviewScript } from '../protocol/api-requests.ts';
import { parsePreviewScript, parseRunOptions, parseSerializeOptions, parseSize } from '../protocol/api-requests.ts';
import { remote, RemoteFunction, transferred } from '../protocol/comlink.ts';
import type { Service } from '../protocol/comlink.ts';
import { SystemCallError } from '../protocol/errors.ts';
import { EventListeners } from '../protocol/event-listeners.ts';
import { readTree } from '../protocol/export.ts';
import { createFileService } from '../protocol/file-service.ts';
import { FileTreeError, parseTree, toJsonTree, toSnapshot, writeTree } from '../protocol/file-tree.ts';
import { scopePaths } from '../protocol/scoped-paths.ts';
import { Utf8Chunks } from '../protocol/utf8-chunks.ts';
import { toZip } from '../protocol/zip.ts';
import { createControl, openControl, wakeFileWatchers } from '../system/control.ts';
import { PROGRAM_NAMES } from '../system/program-names.ts';
import { createBrowserWorker, fetchNodeImage, refillDelay, warmCounts } from './browser-workers.ts';
import type { HostSettings } from './page-messages.ts';
import { openPreviews } from './previews.ts';
import type { Previews } from './previews.ts';
import type { StoreProblem } from './project-store.ts';
import { openRemoteStore } from './remote-store.ts';
import type { RemoteStore } from './remote-store.ts';

/** The file system's size; memory that nobody wrote to costs nothing. Tried from the first on. */
const FILES_BYTES = [2 ** 31, 2 ** 30, 2 ** 29];
const DEFAULT_SIZE = { columns: 80, rows: 24 };
/** Bytes of output on their way to the page before the program has to wait. */
const OUTPUT_WINDOW = 262_144;

/** What the instance needs of the page that runs it. */
export interface ContainerEvents {
  /** Makes the page open the bridge of a port's preview. */
  askForBridge(port: number): void;
  /** The client has started its first process. */
  working(): void;
  closed(): void;
}

export interface Container {
  readonly service: Service;
  readonly previews: Previews;
  /** Fulfilled when processes can be started. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

export function openContainer(settings: HostSettings, options: BuildOptions, events: ContainerEvents): Container {
  const workdir = `/home/${options.workdirName ?? settings.project}`;
  const listeners = new EventListeners();
  let kernel: Kernel | null = null;
  let store: RemoteStore | null = null;
  let previewScript: PreviewScript | null = null;
  let isWorking = false;

  const portUrl = (port: number): string => `${location.protocol}//p${port}--${location.host}`;

  const previews = openPreviews({
    guest: {
      openConnection: (port) => kernel?.openConnection(port) ?? null,
      ports: () => kernel?.ports.open ?? new Set(),
      script: () => previewScript,
      forwardErrors: options.forwardPreviewErrors,
      forward: (message) => listeners.emit('preview-message', message),
    },
    askForBridge: events.askForBridge,
    onReady: (port) => listeners.emit('server-ready', port, portUrl(port)),
    onError: (message) => listeners.emit('error', { message }),
  });

  async function boot(): Promise<void> {
    const filesMemory = allocateFiles(settings.disk);
    formatFileSystem(filesMemory);
    const kernelControl = openControl(createControl(), 0);
    const files = openFileSystem(filesMemory, { slot: 0, onChange: () => wakeFileWatchers(kernelControl) });
    const opening = settings.isPersistent ? openRemoteStore(filesMemory, reportStore) : null;
    store = opening;
    kernel = new Kernel({
      control: kernelControl,
      filesMemory,
      files,
      node: fetchNodeImage(),
      prepareFiles: async () => {
        const problem = (await opening?.opened) ?? null;
        if (problem === null) return;
        reportStore(problem);
        formatFileSystem(filesMemory);
      },
      kill: {
        requestKill: (slot, incarnation) => requestKill(filesMemory, slot, incarnation),
        lockForKill: () => {
          lockForKill(filesMemory, 0);
          return () => unlockAfterKill(filesMemory);
        },
      },
      createWorker: createBrowserWorker,
      warm: warmCounts(navigator.hardwareConcurrency),
      refillDelay: refillDelay(navigator.hardwareConcurrency),
      workdir,
      programs: PROGRAM_NAMES,
      events: {
        portOpened: (port) => {
          listeners.emit('port', port, 'open', portUrl(port));
          previews.portOpened(port);
        },
        portClosed: (port) => {
          previews.portClosed(port);
          listeners.emit('port', port, 'close', portUrl(port));
        },
        error: (message) => listeners.emit('error', { code: 'JAMPOT_WORKER_DIED', message }),
        host: (event) => {
          if (event.kind === 'xdg-open') listeners.emit('xdg-open', event.text);
          else listeners.emit('code', event.type, { files: event.files });
        },
      },
    });
    await kernel.ready;
    store?.start();
  }

  function reportStore(problem: StoreProblem): void {
    listeners.emit('error', problem);
  }

  const ready = boot();
  const running = (): Kernel => {
    if (kernel === null) throw new Error('The instance was torn down.');
    return kernel;
  };

  async function close(): Promise<void> {
    previews.close();
    kernel?.close();
    kernel = null;
    listeners.clear();
    const open = store;
    store = null;
    await open?.close();
    events.closed();
  }

  const paths = scopePaths(workdir);

  function run(given: unknown, stdout: unknown, stderr: unknown, output: unknown): unknown {
    const request = parseRunOptions(given);
    const { command, args } = request;
    const cwd = request.cwd === null ? workdir : paths.absolute(request.cwd);
    const env = new Map([
      ['HOME', '/home'],
      ['PATH', PATH],
      ['PWD', cwd],
      ['SHELL', '/bin/sh'],
      ['TERM', 'xterm-256color'],
      ...request.env,
    ]);
    const start = { command, args, cwd, env: [...env].map(([name, value]) => `${name}=${value}`) };
    const sinks = [stdout, stderr, output].map((target) => new OutputSink(target instanceof RemoteFunction ? target : null));
    const [out, err, all] = sinks;
    if (out === undefined || err === undefined || all === undefined) throw new Error('unreachable: three sinks were made');
    // Listeners for the outputs apart (which the official client never passes) mean pipes; otherwise there is always a terminal, as the API documents.
    const process =
      out.target === null && err.target === null
        ? running().runOnTerminal(start, request.terminal ?? DEFAULT_SIZE, all.sink)
        : running().runOnPipes(start, out.sink, err.sink);
    if (typeof process === 'number') throw new SystemCallError(process, `spawn ${command}`);
    if (!isWorking) events.working();
    isWorking = true;
    return remote(processService(process, sinks));
  }

  const service: Service = {
    methods: {
      fs: () =>
        remote(
          createFileService(running().files, paths, (path, isRecursive, listener) => running().watches.watch(path, isRecursive, listener)),
        ),
      previewScript: () => previewScript?.source ?? '',
      runtimeInfo: () => ({ path: PATH, cwd: workdir }),
      run,
      loadFiles(bytes, given) {
        if (!(bytes instanceof Uint8Array)) throw new TypeError('mount takes a tree of files or a snapshot.');
        const { mountPoints } = (given ?? {}) as { mountPoints?: unknown };
        const target = typeof mountPoints === 'string' ? paths.absolute(mountPoints) : workdir;
        const tree = parseTree(bytes);
        if (tree.kind !== 'directory') throw new FileTreeError('mount takes a folder, not a single file.');
        makeFolders(running(), target);
        writeTree(running().files, target, tree);
      },
      async serialize(given, serializeOptions) {
        if (typeof given !== 'string') throw new TypeError('The "path" argument must be of type string.');
        const { format, includes, excludes } = parseSerializeOptions(serializeOptions);
        const tree = readTree(running().files, paths.absolute(given), given, { includes, excludes });
        const bytes = format === 'json' ? toJsonTree(tree) : format === 'binary' ? toSnapshot(tree) : await toZip(tree);
        return transferred(bytes, [bytes.buffer]);
      },
      on: (event, listener) => {
        const unsubscribe = listeners.add(event, listener);
        return remote({ call: unsubscribe });
      },
      setPreviewScript(source, scriptOptions) {
        previewScript = parsePreviewScript(source, scriptOptions);
      },
      // Credentials belong to the vendor's registry; this engine takes none and must not fail for it.
      setCredentials: () => undefined,
      teardown: close,
    },
  };
  return { service, previews, ready, close };
}

function makeFolders({ files }: Kernel, path: string): void {
  let at = '';
  for (const part of path.split('/').filter((one) => one !== '')) {
    at += `/${part}`;
    if (files.kind(at) === 1) continue;
    const made = files.mkdir(at, 0o755);
    if (made < 0) throw new SystemCallError(made, 'mkdir', at);
  }
}

function allocateFiles(disk: number | null): SharedArrayBuffer {
  for (const bytes of disk === null ? FILES_BYTES : [disk]) {
    try {
      return new SharedArrayBuffer(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new Error("The browser has not enough memory left for the project's files. Close other tabs and try again.");
}

/** One output of a process on its way to a listener of the page, cut at characters, with a limit on what is under way. */
class OutputSink {
  readonly target: RemoteFunction | null;
  readonly #chunks = new Utf8Chunks();
  #underWay = 0;

  constructor(target: RemoteFunction | null) {
    this.target = target;
  }

  readonly sink: Sink = (bytes) => {
    if (this.target === null) return undefined;
    const chunk = this.#chunks.push(bytes);
    if (chunk.length === 0) return undefined;
    const { length } = chunk;
    this.#underWay += length;
    const sent = this.target.call([chunk], [chunk.buffer]).then(() => {
      this.#underWay -= length;
    });
    return this.#underWay > OUTPUT_WINDOW ? sent : undefined;
  };

  /** Sends the rest and the end of the stream. */
  async end(): Promise<void> {
    if (this.target === null) return;
    const rest = this.#chunks.end();
    if (rest.length > 0) void this.target.call([rest]);
    await this.target.call([null]);
    this.target.close();
  }
}

function processService(process: RunningProcess, sinks: readonly OutputSink[]): Service {
  const encoder = new TextEncoder();
  const onExit = process.exit.then((code) => {
    for (const sink of sinks) void sink.end();
    return code;
  });
  return {
    properties: { onExit },
    methods: {
      write(data) {
        if (typeof data === 'string') process.write(encoder.encode(data));
        else if (data instanceof Uint8Array) process.write(data);
        else throw new TypeError('The input of a process is text or bytes.');
      },
      // Not part of the official client: for callers that run processes on pipes.
      endInput: () => process.endInput(),
      resize: (dimensions) => process.resize(parseSize(dimensions)),
      kill: () => process.kill(),
    },
  };
}
