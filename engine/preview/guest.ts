/** What the gateway needs of the engine; the host hands it in. */
import type { ForwardedMessage, PageSetup } from '../protocol/preview-messages.ts';

/** A connection to a guest's socket (engine/kernel/streams.ts). */
export interface GuestConnection {
  /** Next bytes, null at the end. One call at a time. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Fulfilled when everything was taken; rejected when nobody reads any more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the writing side. */
  end(): void;
  close(): void;
}

export interface Guest {
  /** Connects to a guest server; null when nobody listens on the port. */
  openConnection(port: number): GuestConnection | null;
  /** Ports that guest servers listen on. */
  ports(): ReadonlySet<number>;
  script(): PageSetup['script'];
  readonly forwardErrors: PageSetup['forwardErrors'];
  /** Hands a message of a preview to the page's listeners for `preview-message`. */
  forward(message: ForwardedMessage): void;
}
