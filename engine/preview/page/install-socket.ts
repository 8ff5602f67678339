import type { PageToSocket, SocketToPage } from '../../protocol/preview-messages.ts';
import type { PageFacts } from '../page-script.ts';
import type { PageChannel } from './install-page.ts';

/**
 * Runs in the page: WebSockets to the guests' servers, which no service worker sees, go over a port to the engine. Others stay the browser's. It goes there as source
 * text and uses nothing of its module.
 */
export function installSocket(facts: PageFacts, channel: PageChannel): void {
  const Native = globalThis.WebSocket;
  const HOST = /^p(\d+)--(.+)$/;

  /** The guest's port of an address, null for the rest of the world. */
  function guestPort(url: URL): number | null {
    const [, port, suffix] = HOST.exec(url.host) ?? [];
    if (port !== undefined && suffix === facts.suffix) return Number(port);
    if (/^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(url.hostname))
      return Number(url.port || (url.protocol === 'wss:' ? 443 : 80));
    // Clients that were given a port but no host put the port behind the page's own name.
    return url.hostname === location.hostname && url.port !== '' ? Number(url.port) : null;
  }

  function parseUrl(given: string | URL): URL {
    let url: URL;
    try {
      url = new URL(given, location.href);
    } catch {
      throw new DOMException(`Failed to construct 'WebSocket': The URL '${String(given)}' is invalid.`, 'SyntaxError');
    }
    if (url.protocol === 'http:') url.protocol = 'ws:';
    if (url.protocol === 'https:') url.protocol = 'wss:';
    if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
      throw new DOMException(
        `Failed to construct 'WebSocket': The URL's scheme must be either 'http', 'https', 'ws', or 'wss'. '${url.protocol}' is not allowed.`,
        'SyntaxError',
      );
    }
    url.hash = '';
    return url;
  }

  type Handler = ((event: Event) => void) | null;

  class GuestWebSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    readonly url: string;
    readonly extensions = '';
    protocol = '';
    readyState = 0;
    bufferedAmount = 0;
    #binaryType: BinaryType = 'blob';
    readonly #port: MessagePort;
    readonly #forget: () => void;
    readonly #handlers = new Map<string, Handler>();
    /** Blobs are read first; what is sent after them waits. */
    #sending: Promise<void> | null = null;

    constructor(url: URL, port: number, protocols: readonly string[]) {
      super();
      this.url = url.href;
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data }: MessageEvent<SocketToPage>) => this.#receive(data);
      addEventListener('pagehide', this.#leave);
      channel.post({ type: 'socket', port, target: url.pathname + url.search, protocols }, [port2]);
      this.#forget = channel.onEnd(() => this.#closed({ type: 'closed', code: 1006, reason: '', wasClean: false, failed: true }));
    }

    get binaryType(): BinaryType {
      return this.#binaryType;
    }
    set binaryType(type: BinaryType) {
      if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
    }
    get onopen(): Handler {
      return this.#handlers.get('open') ?? null;
    }
    set onopen(handler: Handler) {
      this.#handle('open', handler);
    }
    get onmessage(): Handler {
      return this.#handlers.get('message') ?? null;
    }
    set onmessage(handler: Handler) {
      this.#handle('message', handler);
    }
    get onerror(): Handler {
      return this.#handlers.get('error') ?? null;
    }
    set onerror(handler: Handler) {
      this.#handle('error', handler);
    }
    get onclose(): Handler {
      return this.#handlers.get('close') ?? null;
    }
    set onclose(handler: Handler) {
      this.#handle('close', handler);
    }

    send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      if (this.readyState === 0)
        throw new DOMException("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", 'InvalidStateError');
      const size = typeof data === 'string' ? new TextEncoder().encode(data).length : data instanceof Blob ? data.size : data.byteLength;
      this.bufferedAmount += size;
      if (this.readyState !== 1) return;
      if (data instanceof Blob || this.#sending !== null) {
        const copied = data instanceof Blob ? data : this.#copy(data);
        const sending = (this.#sending ?? Promise.resolve()).then(async () =>
          this.#post({ type: 'send', data: copied instanceof Blob ? await copied.arrayBuffer() : copied }),
        );
        this.#sending = sending;
        void sending.then(() => {
          if (this.#sending === sending) this.#sending = null;
        });
      } else this.#post({ type: 'send', data: this.#copy(data) });
    }

    close(code?: number, reason = ''): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException(
          `Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`,
          'InvalidAccessError',
        );
      }
      if (new TextEncoder().encode(reason).length > 123) {
        throw new DOMException(
          "Failed to execute 'close' on 'WebSocket': The close reason must not be greater than 123 UTF-8 bytes.",
          'SyntaxError',
        );
      }
      if (this.readyState >= 2) return;
      this.readyState = 2;
      void (this.#sending ?? Promise.resolve()).then(() => this.#post({ type: 'close', code: code ?? null, reason }));
    }

    #handle(type: string, handler: Handler): void {
      const before = this.#handlers.get(type) ?? null;
      if (before === null && typeof handler === 'function') this.addEventListener(type, this.#call);
      if (before !== null && typeof handler !== 'function') this.removeEventListener(type, this.#call);
      this.#handlers.set(type, typeof handler === 'function' ? handler : null);
    }

    readonly #call = (event: Event): void => {
      this.#handlers.get(event.type)?.call(this, event);
    };

    readonly #leave = (): void => this.#post({ type: 'close', code: 1001, reason: '' });

    #copy(data: string | ArrayBufferLike | ArrayBufferView): string | ArrayBuffer {
      if (typeof data === 'string') return data;
      const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
      return new Uint8Array(bytes).buffer;
    }

    #receive(message: SocketToPage): void {
      switch (message.type) {
        case 'open':
          if (this.readyState !== 0) return;
          this.readyState = 1;
          this.protocol = message.protocol;
          this.dispatchEvent(new Event('open'));
          return;
        case 'data': {
          if (this.readyState !== 1) return;
          const { data } = message;
          const shown = typeof data === 'string' || this.#binaryType === 'arraybuffer' ? data : new Blob([data]);
          this.dispatchEvent(new MessageEvent('message', { data: shown, origin: new URL(this.url).origin }));
          return;
        }
        case 'sent':
          this.bufferedAmount -= message.bytes;
          return;
        case 'closed':
          return this.#closed(message);
      }
    }

    #closed({ code, reason, wasClean, failed }: Extract<SocketToPage, { type: 'closed' }>): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.#forget();
      removeEventListener('pagehide', this.#leave);
      this.#port.close();
      if (failed) this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new CloseEvent('close', { code, reason: wasClean ? reason : '', wasClean }));
    }

    #post(message: PageToSocket): void {
      this.#port.postMessage(message);
    }
  }

  function PreviewWebSocket(given: string | URL, protocols: string | string[] = []): GuestWebSocket | WebSocket {
    if (new.target === undefined)
      throw new TypeError(
        "Failed to construct 'WebSocket': Please use the 'new' operator, this DOM object constructor cannot be called as a function.",
      );
    const url = parseUrl(given);
    const port = guestPort(url);
    if (port === null) return new Native(given, protocols);
    const names = (typeof protocols === 'string' ? [protocols] : [...protocols]).map(String);
    if (new Set(names).size !== names.length || !names.every((name) => /^[!#$%&'*+\-.^_`|~\w]+$/.test(name))) {
      throw new DOMException("Failed to construct 'WebSocket': The subprotocol is invalid or duplicated.", 'SyntaxError');
    }
    const socket = new GuestWebSocket(url, port, names);
    // Classes that extend WebSocket keep their own methods.
    if (new.target !== (PreviewWebSocket as unknown)) Object.setPrototypeOf(socket, new.target.prototype as object);
    return socket;
  }
  PreviewWebSocket.prototype = GuestWebSocket.prototype;
  Object.defineProperty(PreviewWebSocket, 'name', { value: 'WebSocket' });
  Object.defineProperty(PreviewWebSocket, Symbol.hasInstance, {
    value: (value: unknown) => value instanceof GuestWebSocket || value instanceof Native,
  });
  Object.assign(PreviewWebSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  Object.defineProperty(GuestWebSocket.prototype, 'constructor', { value: PreviewWebSocket, configurable: true, writable: true });
  Object.defineProperty(GuestWebSocket.prototype, Symbol.toStringTag, { value: 'WebSocket' });
  Object.defineProperty(globalThis, 'WebSocket', { value: PreviewWebSocket, configurable: true, writable: true });
}
