/** Global object of a dedicated worker: the DOM's types describe a page's. */
export type WorkerScope = typeof globalThis & {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  importScripts(...urls: readonly string[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
};
