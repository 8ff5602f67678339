/** Entry point of the workers in which Node runs: boots Node's library ahead of time, then serves one process or one worker thread. */
import { openFileSystem } from '../fs/file-system.ts';
import type { NodeDumps } from '../node/main.ts';
import { prepare } from '../node/main.ts';
import type { Host, ThreadStart } from '../node/environment.ts';
import type { KernelToWorker, NodeImage, WorkerToKernel } from '../protocol/worker-messages.ts';
import type { Control } from '../system/control.ts';
import { dieIfKilled, openControl, wakeFileWatchers } from '../system/control.ts';
import { openSystem } from '../system/system.ts';
import type { ThreadSystem } from '../system/system.ts';
import { assetPath } from './assets.ts';
import { type LentGlobals, SCRIPT_HOST, type ScriptHost } from './script-host.ts';
import { watchThrown } from './thrown.ts';
import type { WorkerScope } from './worker-scope.ts';
import { LazyBuiltins, PackedSources } from './lazy-builtins.ts';

const scope = self as unknown as WorkerScope;

// Captured before Node's library takes the browser's globals away.
const Request = scope.XMLHttpRequest;
const { location } = scope;
const importScripts = scope.importScripts.bind(scope);
const lent: LentGlobals = { TextDecoder, TextEncoder, atob: scope.atob.bind(scope), btoa: scope.btoa.bind(scope), crypto: scope.crypto };
const post = scope.postMessage.bind(scope) as (message: WorkerToKernel, transfer?: Transferable[]) => void;
const decoder = new TextDecoder();

const host: Host = {
  fetch: scope.fetch.bind(scope),
  setTimeout: scope.setTimeout.bind(scope) as Host['setTimeout'],
  clearTimeout: scope.clearTimeout.bind(scope),
  queueMicrotask: scope.queueMicrotask.bind(scope),
  MessageChannel: scope.MessageChannel,
  MessagePort: scope.MessagePort,
  BroadcastChannel: scope.BroadcastChannel,
  AbortController: scope.AbortController,
  URL: scope.URL,
  URLPattern: (scope as { URLPattern?: unknown }).URLPattern,
  performance: scope.performance,
  crypto: scope.crypto,
  thrown: watchThrown(self),
  structuredClone: scope.structuredClone.bind(scope),
  origin: location.origin,
  asset: loadAsset,
  script: loadScript,
};

/** A static file, read synchronously: a binding cannot wait. The browser keeps it, its address never changes its content. */
function loadAsset(name: string): Uint8Array<ArrayBuffer> {
  const path = assetPath(name);
  const request = new Request();
  request.open('GET', path, false);
  request.responseType = 'arraybuffer';
  request.send();
  if (request.status !== 200 || !(request.response instanceof ArrayBuffer)) {
    throw new Error(`The engine's file ${path} could not be loaded: the server answered ${request.status}.`);
  }
  return new Uint8Array(request.response);
}

/** A script that hands its exports over (script-host.ts), run at once. */
function loadScript(name: string): unknown {
  let exported: unknown;
  const scriptHost: ScriptHost = { globals: lent, exports: (value) => void (exported = value) };
  Object.defineProperty(scope, SCRIPT_HOST, { configurable: true, value: scriptHost });
  try {
    importScripts(assetPath(name));
  } finally {
    Reflect.deleteProperty(scope, SCRIPT_HOST);
  }
  return exported;
}

interface BootedThread {
  readonly control: Control;
  readonly system: ThreadSystem;
  readonly image: NodeImage;
}

let booted: BootedThread | null = null;
let prepared: ReturnType<typeof prepare> | null = null;

function prepareNode({ system, image }: BootedThread, thread?: ThreadStart): ReturnType<typeof prepare> {
  // The build step made these files from the pinned binary: their shape is known.
  const builtins = new PackedSources(new Uint8Array(image.builtins));
  const dumps = JSON.parse(decoder.decode(new Uint8Array(image.dumps).slice())) as NodeDumps;
  const rest = (): PackedSources =>
    new PackedSources(
      Atomics.load(new Int32Array(image.restState), 0) === 1 ? new Uint8Array(image.rest) : loadAsset('node-builtins-rest.txt'),
    );
  return prepare({ system, host, builtins: new LazyBuiltins(builtins, dumps, rest), dumps, ...(thread === undefined ? {} : { thread }) });
}

function onMessage(message: KernelToWorker): void | Promise<void> {
  switch (message.type) {
    case 'boot': {
      if (message.node === undefined) throw new Error("Node's library was not handed to its worker.");
      const { slot, incarnation } = message;
      const control = openControl(message.control, slot, incarnation);
      dieIfKilled(control);
      const files = openFileSystem(message.files, { slot, incarnation, onChange: () => wakeFileWatchers(control) });
      booted = { control, system: openSystem(control, files, { post }), image: message.node };
      if (message.kind === 'node') prepared = prepareNode(booted);
      return post({ type: 'ready' });
    }
    case 'start':
      if (booted === null || prepared === null) throw new Error('A process was started in a worker that has not booted Node.');
      dieIfKilled(booted.control);
      booted.system.attach();
      return prepared.start({ path: message.path, args: message.args, env: message.env });
    case 'thread':
      if (booted === null) throw new Error('A worker thread was started in a worker that has not been set up.');
      dieIfKilled(booted.control);
      booted.system.attach();
      // Another thread of the same process made it (bindings/worker.ts): threads of a process trust each other, as natively.
      prepared = prepareNode(booted, message.data as ThreadStart);
      return prepared.start({ path: '', args: [], env: [] });
  }
}

function fail(error: unknown): void {
  post({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

scope.addEventListener('message', ({ data }: MessageEvent<KernelToWorker>) => {
  try {
    onMessage(data)?.catch(fail);
  } catch (error) {
    fail(error);
  }
});
