/** A service worker's links to engines. Workers are stopped when idle and lose them: bridges give new ones. */
import { ASK_FOR_LINK } from '../protocol/preview-messages.ts';
import type { GatewayToLink, GuestFailure, LinkToGateway, PreviewRequest } from '../protocol/preview-messages.ts';
import type { ServiceWorkerScope, WorkerClient } from './service-worker-scope.ts';

/** How long a bridge may take to give a link, in milliseconds. */
const PATIENCE = 5000;
export const BRIDGE_PATH = '/__jampot/bridge';

type Head = Extract<GatewayToLink, { type: 'head' }>;

/** Why there is no answer. `gone`: no engine is there. */
export class GuestError extends Error {
  readonly reason: GuestFailure | 'gone';

  constructor(reason: GuestFailure | 'gone', message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface Answer {
  readonly head: Head;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Fulfilled when the body has ended, however it did. */
  readonly ended: Promise<void>;
}

interface Waiting {
  readonly head: PromiseWithResolvers<Head>;
  readonly body: BodyStream;
  /** Pieces of the request's body that the guest has not taken. */
  pieces: number;
  /** Somebody waits for the guest to take one. */
  onTaken: (() => void) | null;
}

/** Pieces of a request's body that may be on their way: the guest's reading sets the pace. */
const MOST_PIECES = 8;

export class Link {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onChange: (link: Link) => void;
  /** Held by the bridge that gave it, as long as that lives. */
  readonly lock: string;
  #next = 0;
  open: ReadonlySet<number> = new Set();
  isOver = false;
  isReady = false;

  constructor(port: MessagePort, lock: string, onChange: (link: Link) => void) {
    this.#port = port;
    this.lock = lock;
    this.#onChange = onChange;
    port.onmessage = (event: MessageEvent<GatewayToLink>) => this.#receive(event.data);
    void navigator.locks.request(lock, { mode: 'shared' }, () => this.end());
    this.#post({ type: 'hello' });
  }

  /** @throws {GuestError} when there is no answer, also when `signal` aborts */
  async request(request: Omit<PreviewRequest, 'id'>, body: ReadableStream<Uint8Array> | null, signal: AbortSignal): Promise<Answer> {
    const id = ++this.#next;
    const ended = Promise.withResolvers<void>();
    const waiting: Waiting = {
      head: Promise.withResolvers<Head>(),
      body: new BodyStream({
        taken: (bytes) => this.#post({ type: 'taken', id, bytes }),
        cancelled: () => this.#abort(id),
        ended: () => ended.resolve(),
      }),
      pieces: 0,
      onTaken: null,
    };
    this.#waiting.set(id, waiting);
    const abort = (): void => {
      this.#abort(id);
      const error = new GuestError('cut', 'The request was aborted.');
      waiting.head.reject(error);
      waiting.body.fail(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    void ended.promise.then(() => signal.removeEventListener('abort', abort));
    this.#post({ type: 'request', id, ...request });
    if (body !== null) void this.#upload(id, waiting, body);
    return { head: await waiting.head.promise, body: waiting.body.stream, ended: ended.promise };
  }

  handOn(page: MessagePort): void {
    this.#post({ type: 'page' }, [page]);
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const id of this.#waiting.keys()) this.#fail(id, new GuestError('gone', 'The engine has ended.'));
    this.#port.close();
    this.#onChange(this);
  }

  #receive(message: GatewayToLink): void {
    if (message.type === 'ended') return this.end();
    if (message.type === 'ports') {
      this.open = new Set(message.open);
      this.isReady = true;
      return this.#onChange(this);
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    switch (message.type) {
      case 'head':
        return waiting.head.resolve(message);
      case 'body':
        if (message.bytes === null) this.#forget(message.id);
        return waiting.body.push(message.bytes);
      case 'sent':
        waiting.pieces--;
        return waiting.onTaken?.();
      case 'failed':
        return this.#fail(message.id, new GuestError(message.reason, message.message));
    }
  }

  async #upload(id: number, waiting: Waiting, body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        while (waiting.pieces >= MOST_PIECES && this.#waiting.has(id)) await new Promise<void>((resolve) => (waiting.onTaken = resolve));
        if (!this.#waiting.has(id)) return await reader.cancel();
        waiting.pieces++;
        this.#post({ type: 'request-body', id, bytes: done ? null : value.slice() });
        if (done) return;
      }
    } catch (error) {
      this.#abort(id);
      this.#fail(id, new GuestError('cut', `The request's body could not be read: ${String(error)}`));
    }
  }

  #abort(id: number): void {
    if (this.#forget(id)) this.#post({ type: 'abort', id });
  }

  #fail(id: number, error: GuestError): void {
    const waiting = this.#waiting.get(id);
    this.#forget(id);
    waiting?.head.reject(error);
    waiting?.body.fail(error);
  }

  /** An upload that waits for the guest wakes up and sees that it is over. */
  #forget(id: number): boolean {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.onTaken?.();
    return waiting !== undefined;
  }

  #post(message: LinkToGateway, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** A body on its way to the page: the gateway hears what was taken, so that a slow page holds the guest back. */
class BodyStream {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #events: { readonly taken: (bytes: number) => void; readonly cancelled: () => void; readonly ended: () => void };
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  #untold = 0;

  constructor(events: { readonly taken: (bytes: number) => void; readonly cancelled: () => void; readonly ended: () => void }) {
    this.#events = events;
    this.stream = new ReadableStream(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#tell(),
        cancel: () => {
          this.#controller = null;
          events.cancelled();
          events.ended();
        },
      },
      { highWaterMark: 262_144, size: (chunk) => chunk?.length ?? 0 },
    );
  }

  push(bytes: Uint8Array<ArrayBuffer> | null): void {
    if (bytes === null) {
      this.#controller?.close();
      this.#controller = null;
      return this.#events.ended();
    }
    this.#untold += bytes.length;
    this.#controller?.enqueue(bytes);
    if ((this.#controller?.desiredSize ?? 0) > 0) this.#tell();
  }

  fail(error: Error): void {
    this.#controller?.error(error);
    this.#controller = null;
    this.#events.ended();
  }

  #tell(): void {
    if (this.#untold > 0) this.#events.taken(this.#untold);
    this.#untold = 0;
  }
}

/** Of several engines (tabs) that with the port open, and of these the latest, answers. */
export class Links {
  readonly #scope: ServiceWorkerScope;
  readonly #links: Link[] = [];
  readonly #changes = new Set<() => void>();

  constructor(scope: ServiceWorkerScope) {
    this.#scope = scope;
  }

  /** @param lock as `Link.lock` */
  add(port: MessagePort, lock: string): void {
    this.#links.unshift(
      new Link(port, lock, (link) => {
        if (link.isOver) this.#links.splice(this.#links.indexOf(link), 1);
        for (const change of this.#changes) change();
      }),
    );
  }

  async #bridges(): Promise<readonly WorkerClient[]> {
    const clients = await this.#scope.clients.matchAll({ includeUncontrolled: true, type: 'window' });
    return clients.filter(({ url }) => new URL(url).pathname === BRIDGE_PATH);
  }

  /** The engine that answers for a port; null when there is none. */
  async find(port: number): Promise<Link | null> {
    const known = this.#choose(port);
    if (known !== undefined) return known;
    const asked = await this.#bridges();
    if (asked.length === 0) return this.#choose(port) ?? null;
    for (const bridge of asked) bridge.postMessage(ASK_FOR_LINK);
    const until = AbortSignal.timeout(PATIENCE);
    while (this.#choose(port) === undefined && !until.aborted) await this.changed(until);
    return this.#choose(port) ?? null;
  }

  #choose(port: number): Link | undefined {
    const ready = this.#links.filter(({ isReady }) => isReady);
    return ready.find(({ open }) => open.has(port)) ?? ready[0];
  }

  /** Fulfilled when a link came, went, or its ports changed, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#changes.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#changes.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}
