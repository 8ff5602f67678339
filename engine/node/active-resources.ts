/** What keeps an event loop alive, as `process.getActiveResourcesInfo()` names it: Node's queues of handles and requests (src/env.h). */
import type { Environment } from './environment.ts';

/** A handle as far as this list asks. */
export interface ListedHandle {
  hasRef(): boolean;
}

/** Names of `MemoryInfoName` by provider, where they are not the provider's own. */
const NAMES: Readonly<Record<string, string>> = {
  TCPWRAP: 'TCPSocketWrap',
  TCPSERVERWRAP: 'TCPServerWrap',
  PIPEWRAP: 'PipeWrap',
  PIPESERVERWRAP: 'PipeWrap',
  TTYWRAP: 'TTYWrap',
  PROCESSWRAP: 'ProcessWrap',
  SIGNALWRAP: 'SignalWrap',
  FSEVENTWRAP: 'FSEventWrap',
  STATWATCHER: 'StatWatcher',
  FSREQCALLBACK: 'FSReqCallback',
};

export class ActiveResources {
  readonly #handles = new Map<ListedHandle, string>();
  readonly #requests = new Map<object, string>();

  /** Until `removeHandle`. `provider`: as async_wrap names it. */
  addHandle(handle: ListedHandle, provider: string): void {
    this.#handles.set(handle, NAMES[provider] ?? provider);
  }
  removeHandle(handle: ListedHandle): void {
    this.#handles.delete(handle);
  }
  /** Until `removeRequest`. */
  addRequest(request: object, provider: string): void {
    this.#requests.set(request, NAMES[provider] ?? provider);
  }
  removeRequest(request: object): void {
    this.#requests.delete(request);
  }

  get requests(): object[] {
    return [...this.#requests.keys()];
  }

  /** Open handles that keep the loop alive: the objects that guests know (a socket, not its wrap). */
  handles(owner: symbol | undefined): object[] {
    return this.#referenced().map(([handle]) => {
      const known = owner === undefined ? undefined : (handle as unknown as Record<symbol, unknown>)[owner];
      return typeof known === 'object' && known !== null ? known : handle;
    });
  }

  names(): string[] {
    return [...this.#requests.values(), ...this.#referenced().map(([, name]) => name)];
  }

  #referenced(): [ListedHandle, string][] {
    return [...this.#handles].filter(([handle]) => handle.hasRef());
  }
}

const lists = new WeakMap<Environment, ActiveResources>();

export function activeResources(environment: Environment): ActiveResources {
  let list = lists.get(environment);
  if (list === undefined) lists.set(environment, (list = new ActiveResources()));
  return list;
}
