/** One request to a guest server and its answer, over a connection of its own. */
import { RESPONSE_WINDOW } from '../protocol/preview-messages.ts';
import type { GuestFailure, PreviewRequest } from '../protocol/preview-messages.ts';
import type { GuestConnection } from './guest.ts';
import { chunkBytes, requestBytes } from './http/request-bytes.ts';
import { HttpSyntaxError, ResponseParser } from './http/response-parser.ts';
import type { ResponseHead } from './http/response-parser.ts';

export interface ExchangeEvents {
  head(head: ResponseHead): void;
  /** Null ends the body. */
  body(bytes: Uint8Array<ArrayBuffer> | null): void;
  /** The guest took the bytes of one `send`. */
  sent(): void;
  failed(reason: GuestFailure, message: string): void;
}

export class Exchange {
  readonly #connection: GuestConnection;
  readonly #events: ExchangeEvents;
  readonly #port: number;
  #isOver = false;
  #hasHead = false;
  #writing: Promise<void>;
  /** Bytes handed on that the reader has not taken. */
  #underWay = 0;
  #continue: (() => void) | null = null;

  constructor(connection: GuestConnection, request: PreviewRequest, events: ExchangeEvents) {
    this.#connection = connection;
    this.#events = events;
    this.#port = request.port;
    this.#writing = this.#write(requestBytes(request));
    void this.#read(new ResponseParser(request.method));
  }

  /** A piece of a streamed request body; null ends it. */
  send(bytes: Uint8Array | null): void {
    this.#writing = this.#writing.then(() => this.#write(chunkBytes(bytes))).then(() => this.#events.sent());
  }

  /** The reader took bytes of the body. */
  taken(bytes: number): void {
    this.#underWay -= bytes;
    if (this.#underWay < RESPONSE_WINDOW) this.#continue?.();
  }

  abort(): void {
    this.#isOver = true;
    this.#continue?.();
    this.#connection.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#connection.write(bytes);
    } catch {
      // A server may answer and close without reading everything: its answer, or the lack of one, is what counts.
    }
  }

  async #read(parser: ResponseParser): Promise<void> {
    try {
      while (!this.#isOver && !parser.isDone) {
        const bytes = await this.#connection.read();
        if (this.#isOver) return;
        if (bytes === null) {
          if (!parser.end())
            return this.#fail('cut', this.#hasHead ? 'the answer is incomplete' : 'the connection ended before an answer came');
          break;
        }
        for (const part of parser.push(bytes)) {
          if (part.type === 'head') {
            if (part.head.status === 101) return this.#fail('garbage', 'the server switched to another protocol without being asked');
            this.#hasHead = true;
            this.#events.head(part.head);
          } else this.#deliver(part.bytes);
        }
        while (this.#underWay >= RESPONSE_WINDOW && !this.#isOver) await new Promise<void>((resolve) => (this.#continue = resolve));
      }
      if (this.#isOver) return;
      this.#isOver = true;
      this.#events.body(null);
      this.#connection.close();
    } catch (error) {
      if (error instanceof HttpSyntaxError) this.#fail('garbage', error.message);
      else this.#fail('cut', error instanceof Error ? error.message : String(error));
    }
  }

  #deliver(bytes: Uint8Array): void {
    this.#underWay += bytes.length;
    this.#events.body(bytes.slice());
  }

  #fail(reason: GuestFailure, message: string): void {
    if (this.#isOver) return;
    this.abort();
    this.#events.failed(reason, `Port ${this.#port}: ${message.replace(/\.$/, '')}.`);
  }
}
