/** What a service worker's global object has that the DOM's types do not tell: as much of it as previews use. */

export interface WorkerClient {
  readonly id: string;
  readonly url: string;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  /** Of the page that asks; empty for a navigation. */
  readonly clientId: string;
  /** Of the page that a navigation makes; empty for other requests. */
  readonly resultingClientId: string;
  respondWith(response: Promise<Response> | Response): void;
}

interface EventMap {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
  message: ExtendableEvent & { readonly data: unknown; readonly ports: readonly MessagePort[]; readonly source: WorkerClient | null };
}

export interface ServiceWorkerScope {
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { includeUncontrolled: boolean; type: 'window' }): Promise<readonly WorkerClient[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof EventMap>(type: Name, listener: (event: EventMap[Name]) => void): void;
}
