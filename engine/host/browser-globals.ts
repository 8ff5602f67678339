/**
 * The browser's globals as they were when the worker's script began. The bundler puts these in place of every free use of the names (esbuild's
 * `inject`): Node's library replaces the globals themselves, and guests may do anything to them.
 */
const scope = globalThis;
const bound = <T extends (...args: never[]) => unknown>(fn: T): T => fn?.bind(scope) as T;

const own = {
  TextDecoder: scope.TextDecoder,
  TextEncoder: scope.TextEncoder,
  URL: scope.URL,
  URLSearchParams: scope.URLSearchParams,
  MessageChannel: scope.MessageChannel,
  Worker: scope.Worker,
  Response: scope.Response,
  Request: scope.Request,
  Headers: scope.Headers,
  Blob: scope.Blob,
  DecompressionStream: scope.DecompressionStream,
  CompressionStream: scope.CompressionStream,
  ReadableStream: scope.ReadableStream,
  AbortController: scope.AbortController,
  performance: scope.performance,
  crypto: scope.crypto,
  fetch: bound(scope.fetch),
  setTimeout: bound(scope.setTimeout),
  clearTimeout: bound(scope.clearTimeout),
  queueMicrotask: bound(scope.queueMicrotask),
  structuredClone: bound(scope.structuredClone),
  postMessage: bound(scope.postMessage),
  addEventListener: bound(scope.addEventListener),
  removeEventListener: bound(scope.removeEventListener),
};

export const {
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  MessageChannel,
  Worker,
  Response,
  Request,
  Headers,
  Blob,
  DecompressionStream,
  CompressionStream,
  ReadableStream,
  AbortController,
  performance,
  crypto,
  fetch,
  setTimeout,
  clearTimeout,
  queueMicrotask,
  structuredClone,
  postMessage,
  addEventListener,
  removeEventListener,
} = own;
