/** Undici's dispatcher for the guest's `fetch`: sockets for hosts in the page, requestOutside for others. */
import type { Callable, Environment } from '../environment.ts';
import { isInside } from './inside.ts';
import { requestOutside } from './request.ts';

interface DispatchOptions {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[]>> | null;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | string | null | undefined;
  readonly upgrade?: string | undefined;
}

interface DispatchHandler {
  onConnect(abort: (reason?: unknown) => void): void;
  onHeaders(status: number, headers: Uint8Array[], resume: () => void, statusText: string): boolean;
  onData(chunk: Uint8Array): boolean;
  onComplete(trailers: readonly unknown[]): void;
  onError(error: unknown): void;
}

interface Dispatcher {
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean;
}

interface Undici {
  getGlobalDispatcher(): Dispatcher;
  setGlobalDispatcher(dispatcher: Dispatcher): void;
}

export function routeFetch(environment: Environment, undici: Undici): void {
  const inside = undici.getGlobalDispatcher();
  const { dispatch } = inside;
  inside.dispatch = function (this: Dispatcher, options, handler) {
    const url = new environment.host.URL(options.path, options.origin);
    if (isInside(url.hostname) || options.upgrade !== undefined) return dispatch.call(this, options, handler);
    void relay(environment, url.href, options, handler);
    return true;
  };
}

async function relay(environment: Environment, url: string, options: DispatchOptions, handler: DispatchHandler): Promise<void> {
  const { loop, host } = environment;
  const pending = loop.request();
  const controller = new host.AbortController();
  const resource = {};
  /** The handler is Node's library: it runs as the event loop's. */
  const call = (work: () => void): void => loop.enqueue(() => void environment.makeCallback(resource, work as Callable, []));
  let wake: () => void = () => undefined;
  try {
    handler.onConnect((reason) => controller.abort(reason));
    const response = await requestOutside(environment, {
      url,
      method: options.method,
      headers: Object.entries(options.headers ?? {}).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const),
      ),
      body: await collect(options.body),
      signal: controller.signal,
    });
    const raw = response.headers.flatMap(([name, value]) => [latin1(environment, name), latin1(environment, value)]);
    call(() => handler.onHeaders(response.status, raw, () => wake(), response.statusText));
    for (;;) {
      const part = await response.body?.read();
      if (part === undefined || part.done) break;
      const isReady = await new Promise<boolean>((resolve) => call(() => resolve(handler.onData(environment.buffer(part.value)))));
      if (!isReady) await new Promise<void>((resolve) => (wake = resolve));
    }
    call(() => handler.onComplete([]));
  } catch (error) {
    call(() => handler.onError(error));
  } finally {
    pending.cancel();
  }
}

function latin1(environment: Environment, text: string): Uint8Array {
  return environment.buffer(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

async function collect(body: DispatchOptions['body']): Promise<Uint8Array | null> {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (ArrayBuffer.isView(body)) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const all = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  chunks.reduce((at, chunk) => {
    all.set(chunk, at);
    return at + chunk.length;
  }, 0);
  return all;
}
