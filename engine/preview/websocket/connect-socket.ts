/** A page's WebSocket to a guest server: messages on the page's port on one side, RFC 6455 over the guest's socket on the other. */
import { parseSocketMessage } from '../../protocol/preview-messages.ts';
import type { PageToSocket, SocketToPage } from '../../protocol/preview-messages.ts';
import type { Guest, GuestConnection } from '../guest.ts';
import { concatenated } from '../http/request-bytes.ts';
import { ResponseParser } from '../http/response-parser.ts';
import { CLOSE, closePayload, encodeFrame, FrameError, FrameReader, OPCODE } from './frames.ts';
import type { FrameEvent } from './frames.ts';
import { checkHandshake, handshakeBytes, handshakeKey } from './handshake.ts';

/** How long the server may take to answer a Close frame, in milliseconds. */
const CLOSE_PATIENCE = 3000;

export interface SocketOptions {
  readonly guest: Guest;
  readonly port: number;
  readonly target: string;
  readonly protocols: readonly string[];
  /** Value of the Cookie field, or empty. */
  readonly cookies: string;
  readonly page: MessagePort;
  /** Never called before `connectSocket` returned. */
  readonly onEnd: () => void;
}

/** @returns ends it at once */
export function connectSocket(options: SocketOptions): () => void {
  const { guest, port, page } = options;
  const connection = guest.openConnection(port);
  const socket = new Socket(page, connection, options.onEnd);
  if (connection === null) queueMicrotask(() => socket.finish({ code: CLOSE.ABNORMAL, reason: '', wasClean: false, failed: true }));
  else void socket.run(options);
  return () => socket.finish({ code: CLOSE.GOING_AWAY, reason: '', wasClean: false, failed: false });
}

class Socket {
  readonly #page: MessagePort;
  readonly #connection: GuestConnection | null;
  readonly #onEnd: () => void;
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;
  #isOpen = false;
  /** A Close frame was sent. */
  #isClosing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: MessagePort, connection: GuestConnection | null, onEnd: () => void) {
    this.#page = page;
    this.#connection = connection;
    this.#onEnd = onEnd;
    page.onmessage = (event: MessageEvent<unknown>) => {
      const message = parseSocketMessage(event.data);
      if (message !== null) this.#fromPage(message);
    };
    page.addEventListener('close', () => {
      this.#sendClose(CLOSE.GOING_AWAY, '');
      void this.#writing.then(() => this.finish({ code: CLOSE.GOING_AWAY, reason: '', wasClean: false, failed: false }));
    });
  }

  async run({ target, port, protocols, cookies }: SocketOptions): Promise<void> {
    const key = handshakeKey(crypto.getRandomValues(new Uint8Array(16)));
    const headers = [['Host', `localhost:${port}`] as const, ['Origin', `http://localhost:${port}`] as const];
    this.#write(handshakeBytes({ target, key, protocols, headers: cookies === '' ? headers : [...headers, ['Cookie', cookies] as const] }));
    try {
      const rest = await this.#shakeHands(key, protocols);
      if (rest === null) return;
      const reader = new FrameReader();
      for (let bytes: Uint8Array | null = rest; bytes !== null && !this.#isOver; bytes = await this.#read()) {
        for (const event of reader.push(bytes)) this.#fromServer(event);
      }
      this.finish({ code: CLOSE.ABNORMAL, reason: '', wasClean: false, failed: !this.#isClosing });
    } catch (error) {
      if (error instanceof FrameError) {
        this.#sendClose(error.code, error.message);
        await this.#writing;
      }
      this.finish({ code: CLOSE.ABNORMAL, reason: error instanceof Error ? error.message : '', wasClean: false, failed: true });
    }
  }

  finish(result: { code: number; reason: string; wasClean: boolean; failed: boolean }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#post({ type: 'closed', ...result });
    this.#connection?.close();
    // What is closed at once loses what was posted: the page closes its end when it has heard.
    this.#page.onmessage = null;
    this.#onEnd();
  }

  /** @returns bytes that came after the handshake; null when it failed, which the page has been told. */
  async #shakeHands(key: string, protocols: readonly string[]): Promise<Uint8Array | null> {
    const parser = new ResponseParser('GET');
    for (;;) {
      const bytes = await this.#read();
      const [part] = bytes === null ? [] : parser.push(bytes);
      if (part?.type !== 'head') {
        if (bytes !== null) continue;
        this.finish({ code: CLOSE.ABNORMAL, reason: '', wasClean: false, failed: true });
        return null;
      }
      const protocol = await checkHandshake(part.head, key, protocols);
      if (this.#isOver) return null;
      if (protocol instanceof Error) {
        this.finish({ code: CLOSE.ABNORMAL, reason: protocol.message, wasClean: false, failed: true });
        return null;
      }
      this.#isOpen = true;
      this.#post({ type: 'open', protocol });
      return concatenated(parser.takeRest());
    }
  }

  #fromServer(event: FrameEvent): void {
    switch (event.type) {
      case 'text':
        return this.#post({ type: 'data', data: event.text });
      case 'binary':
        return this.#post({ type: 'data', data: event.bytes.buffer }, [event.bytes.buffer]);
      case 'ping':
        return this.#frame(OPCODE.PONG, event.payload);
      case 'pong':
        return;
      case 'close': {
        this.#sendClose(event.code === CLOSE.NO_STATUS ? null : event.code, '');
        void this.#writing.then(() => this.finish({ code: event.code, reason: event.reason, wasClean: true, failed: false }));
      }
    }
  }

  #fromPage(message: PageToSocket): void {
    if (message.type === 'close') {
      if (!this.#isOpen) return this.finish({ code: CLOSE.ABNORMAL, reason: '', wasClean: false, failed: true });
      this.#sendClose(message.code, message.reason);
      this.#timer = setTimeout(() => this.finish({ code: CLOSE.ABNORMAL, reason: '', wasClean: false, failed: false }), CLOSE_PATIENCE);
      return;
    }
    const payload = typeof message.data === 'string' ? new TextEncoder().encode(message.data) : new Uint8Array(message.data);
    this.#frame(typeof message.data === 'string' ? OPCODE.TEXT : OPCODE.BINARY, payload);
    void this.#writing.then(() => this.#post({ type: 'sent', bytes: payload.length }));
  }

  #sendClose(code: number | null, reason: string): void {
    if (!this.#isOpen || this.#isClosing) return;
    this.#frame(OPCODE.CLOSE, closePayload(code, reason));
    this.#isClosing = true;
  }

  #frame(opcode: number, payload: Uint8Array): void {
    if (this.#isClosing) return;
    this.#write(encodeFrame(opcode, payload, crypto.getRandomValues(new Uint8Array(4))));
  }

  #write(bytes: Uint8Array): void {
    this.#writing = this.#writing.then(async () => {
      try {
        if (!this.#isOver) await this.#connection?.write(bytes);
      } catch {
        // The server is gone: reading ends as well, and says so.
      }
    });
  }

  async #read(): Promise<Uint8Array | null> {
    return (await this.#connection?.read()) ?? null;
  }

  #post(message: SocketToPage, transfer: Transferable[] = []): void {
    this.#page.postMessage(message, transfer);
  }
}
