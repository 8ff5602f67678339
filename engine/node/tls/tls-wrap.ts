/**
 * What is behind a TLSWrap: a connection between the stream below (encrypted) and the library above. Stands for TLSWrap (src/crypto/crypto_tls.cc), whose
 * names of steps are kept: clearIn (text to encrypt), clearOut (what was decrypted), encOut (encrypted bytes down).
 */
import type { AsyncWrap } from '../async-wrap.ts';
import { concatBytes, viewBytes } from '../crypto/bytes.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import { NotImplementedError } from '../dump.ts';
import type { Environment } from '../environment.ts';
import type { StreamWrap } from '../net/stream.ts';
import { ClientFlow } from './client.ts';
import { TlsConnection } from './connection.ts';
import { connectionEvents } from './connection-events.ts';
import { errorCode, sslError, TlsFailure } from './errors.ts';
import type { SecureContext } from './secure-context.ts';
import { ServerFlow } from './server.ts';
import { decodeSession, type Session } from './session.ts';

const UV_EOF = -4095;
const UV_ECANCELED = -125;
const UV_EPROTO = -71;

/** The object that the library has, seen from here. */
export interface WrapObject extends StreamWrap {
  /** Decrypted bytes, or UV_EOF or an errno without bytes, to whoever reads. */
  deliver(status: number, bytes: Uint8Array | undefined): void;
  readonly sni_context?: unknown;
}

export interface WrapOptions {
  readonly environment: Environment;
  readonly object: WrapObject;
  readonly stream: StreamWrap;
  readonly context: SecureContext;
  readonly isServer: boolean;
  /** The stream's former owner still writes: nothing goes down until that is done. */
  readonly isBusy: boolean;
  /** Of one of the library's SecureContext objects. */
  readonly contextOf: (value: unknown) => SecureContext | undefined;
  // What belongs to the script that all processes have.
  readonly newRequest: () => AsyncWrap;
  readonly complete: (request: AsyncWrap, status: number) => void;
  readonly noteWrite: (bytes: number, isAsync: boolean) => void;
  /** Whether the stream below put off the write that it was just asked for. */
  readonly wasAsync: () => boolean;
}

export class TlsWrap {
  readonly connection: TlsConnection;
  readonly primitives: TlsPrimitives;
  readonly options: WrapOptions;
  context: SecureContext;
  readonly flags = { sessionCallbacks: false, certificateCallback: false, alpnCallback: false, keylog: false };
  alpnProtocols: Uint8Array = new Uint8Array(0);
  servername: string | undefined;
  #offered: Session | undefined;
  readonly #server: ServerFlow | undefined;
  #currentWrite: AsyncWrap | undefined;
  #pendingText: Uint8Array | undefined;
  /** The write below is not done. */
  #isWriting = false;
  #isBusy: boolean;
  #isAwaitingSession = false;
  #isDestroyed = false;
  #isEof = false;
  #isShutdown = false;
  #depth = 0;
  #hasBegun = false;

  constructor(primitives: TlsPrimitives, options: WrapOptions) {
    this.primitives = primitives;
    this.options = options;
    this.context = options.context;
    this.#isBusy = options.isBusy;
    this.connection = new TlsConnection(
      options.isServer ? 'server' : 'client',
      primitives,
      options.context.settings(),
      connectionEvents(this),
    );
    if (options.isServer) {
      this.#server = new ServerFlow(this.connection);
      this.connection.setFlow(this.#server);
    }
    options.stream.consume({
      data: (bytes) => this.receive(bytes),
      end: (status) => this.#streamEnded(status),
    });
  }

  get environment(): Environment {
    return this.options.environment;
  }
  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  call(method: string | symbol, ...args: unknown[]): unknown {
    return this.options.object.makeCallback(method, ...args);
  }

  // -- from below ----------------------------------------------------------------------------------
  receive(bytes: Uint8Array): void {
    if (this.#isEof || this.#isDestroyed) return;
    this.connection.receive(bytes);
    this.#cycle();
  }

  #streamEnded(status: number): void {
    if (this.#isEof || this.#isDestroyed) return;
    if (status === UV_EOF) this.#isEof = true;
    this.options.object.deliver(status, undefined);
  }

  // -- events of the connection --------------------------------------------------------------------
  decrypted(bytes: Uint8Array): void {
    if (!this.#isEof && !this.#isDestroyed) this.options.object.deliver(bytes.length, bytes);
  }
  ended(): void {
    if (this.#isEof || this.#isDestroyed) return;
    this.#isEof = true;
    this.options.object.deliver(UV_EOF, undefined);
  }
  failed(failure: TlsFailure): void {
    const text = messageOf(failure);
    this.encOut();
    if (this.#pendingText !== undefined) {
      // What waited to be encrypted fails with the connection.
      this.#pendingText = undefined;
      this.#invokeQueued(UV_EPROTO, text);
      return;
    }
    const error = Object.assign(new Error(text), { library: 'SSL routines', reason: failure.reason, code: errorCode(failure.reason) });
    this.call('onerror', error);
  }
  /** A server waits for `newSessionDone` before it sends on. */
  awaitSession(): void {
    this.#isAwaitingSession = true;
  }

  // -- steps -----------------------------------------------------------------------------------------
  #cycle(): void {
    if (++this.#depth > 1) return;
    for (; this.#depth > 0; this.#depth--) {
      this.#clearIn();
      this.encOut();
    }
  }

  #clearIn(): void {
    const text = this.#pendingText;
    if (text === undefined || this.#isDestroyed || this.connection.isWaiting || !this.connection.established) return;
    this.#pendingText = undefined;
    try {
      this.connection.write(text);
    } catch (error) {
      if (!(error instanceof TlsFailure)) throw error;
      this.#invokeQueued(UV_EPROTO, messageOf(error));
    }
  }

  encOut(): void {
    const { connection } = this;
    if (this.#isBusy || this.#isWriting || this.#isAwaitingSession || this.#isDestroyed || this.#isHoldingHello) return;
    if (connection.outputSize === 0) {
      if (this.#pendingText === undefined && this.#currentWrite !== undefined) this.#later(() => this.#finishWrite());
      return;
    }
    this.#isWriting = true;
    const status = this.#writeBelow(connection.takeOutput(), (result) => this.#written(result));
    if (status !== 0) {
      this.#isWriting = false;
      this.#invokeQueued(status);
    }
  }

  /** The library's answer to a client's hello is awaited. */
  get #isHoldingHello(): boolean {
    return this.connection.isWaiting && this.connection.version === 0;
  }

  /** @returns an errno, or 0: then `done` is called, later */
  #writeBelow(bytes: Uint8Array, done: (status: number) => void): number {
    const { stream, newRequest, wasAsync } = this.options;
    const request = newRequest() as AsyncWrap & { oncomplete?: (status: number) => void };
    request.oncomplete = (status) => done(status);
    const status = stream.writeBuffer(request, bytes);
    if (status !== 0) return status;
    if (!wasAsync()) this.#later(() => done(0));
    return 0;
  }

  /** In a later turn of the loop. */
  #later(work: () => void): void {
    this.environment.loop.request().done(work);
  }

  #written(status: number): void {
    this.#isWriting = false;
    const result = this.#isDestroyed ? UV_ECANCELED : status;
    if (result !== 0) {
      if (!this.#isShutdown) this.#invokeQueued(result);
      return;
    }
    this.#clearIn();
    if (this.connection.outputSize > 0) this.encOut();
    else this.#finishWrite();
  }

  /** The library's write is done once all of it is encrypted and handed on, not before the handshake's end. */
  #finishWrite(): void {
    const isDone = this.#pendingText === undefined && this.connection.outputSize === 0 && !this.#isWriting;
    if (isDone && this.connection.established) this.#invokeQueued(0);
  }

  #invokeQueued(status: number, text?: string): void {
    const request = this.#currentWrite as (AsyncWrap & { error?: string }) | undefined;
    this.#currentWrite = undefined;
    if (request === undefined) return;
    if (text !== undefined) request.error = text;
    this.options.complete(request, status);
  }

  // -- from above ------------------------------------------------------------------------------------
  write(request: AsyncWrap, bytes: Uint8Array): number {
    if (this.#isDestroyed) return this.#refuse(request, 'Write after DestroySSL');
    const status = this.#write(request, bytes);
    this.options.noteWrite(bytes.length, true);
    return status;
  }

  #write(request: AsyncWrap, bytes: Uint8Array): number {
    const { connection } = this;
    this.#currentWrite = request;
    this.#begin();
    if (bytes.length === 0) {
      if (connection.outputSize > 0 || this.#isWriting) this.encOut();
      else this.#writeEmpty(request);
      return 0;
    }
    try {
      if (!connection.write(bytes)) this.#pendingText = concatBytes(bytes);
    } catch (error) {
      if (!(error instanceof TlsFailure)) throw error;
      this.#currentWrite = undefined;
      return UV_EPROTO;
    }
    if (connection.outputSize > 0) this.encOut();
    return 0;
  }

  /** Nothing to encrypt: the stream below is asked all the same, so that it does what it does after writes. */
  #writeEmpty(request: AsyncWrap): void {
    this.#currentWrite = undefined;
    const done = (status: number): void => this.options.complete(request, status);
    const status = this.#writeBelow(new Uint8Array(0), done);
    if (status !== 0) this.#later(() => done(status));
  }

  #refuse(request: AsyncWrap & { error?: string }, text: string): number {
    request.error = text;
    this.options.noteWrite(0, false);
    return UV_EPROTO;
  }

  shutdown(request: AsyncWrap): number {
    if (!this.#isDestroyed) {
      this.connection.close();
      this.#isShutdown = true;
      this.encOut();
    }
    return this.options.stream.shutdown(request);
  }

  /** The library's socket knows the name before anything else is asked of it (SelectSNIContextCallback). */
  nameOwner(servername: string): void {
    const { owner_symbol: key } = this.environment.symbols;
    const owner =
      key === undefined ? undefined : (this.options.object as unknown as Record<symbol, { servername?: string } | undefined>)[key];
    if (owner !== undefined) owner.servername = servername;
  }

  start(): void {
    this.#begin();
    this.#cycle();
  }

  /** A client's first write begins the handshake where `start` was not called. */
  #begin(): void {
    if (this.#hasBegun || this.options.isServer) return;
    this.#hasBegun = true;
    const flow = new ClientFlow(this.connection, this.#offered, this.servername);
    this.connection.setFlow(flow);
    this.connection.run(() => flow.start());
  }

  /** The former owner's writes are done. */
  free(): void {
    this.#isBusy = false;
    this.encOut();
  }

  // -- answers of the library ------------------------------------------------------------------------
  loadSession(bytes: ArrayBufferView | undefined | null): void {
    if (this.#server !== undefined && ArrayBuffer.isView(bytes)) this.#server.loaded = decodeSession(viewBytes(bytes));
  }
  resume(): void {
    this.connection.resume();
    this.#cycle();
  }
  newSessionDone(): void {
    this.#isAwaitingSession = false;
    this.#cycle();
  }
  certificateChosen(): void {
    const { object, contextOf } = this.options;
    const chosen = object.sni_context;
    if (chosen !== undefined && chosen !== null) {
      const context = contextOf(chosen);
      if (context === undefined) {
        this.call('onerror', new TypeError('Invalid SNI context'));
        return;
      }
      this.useContext(context);
    }
    this.resume();
  }
  /** Certificates and trust of another context; its other choices do not count any more. */
  useContext(context: SecureContext): void {
    const { credentials, verify, authorities } = context.settings();
    this.context = context;
    this.connection.settings = { ...this.connection.settings, credentials, verify, authorities };
  }
  setKeyCert(value: unknown): void {
    const context = this.options.contextOf(value);
    if (context === undefined) throw this.environment.codedError('TypeError', 'ERR_TLS_INVALID_CONTEXT', 'Invalid context');
    this.connection.settings = { ...this.connection.settings, credentials: context.settings().credentials };
  }
  setSession(bytes: ArrayBufferView): void {
    this.#offered = decodeSession(viewBytes(bytes));
  }
  get offered(): Session | undefined {
    return this.#offered;
  }

  renegotiate(): void {
    throw sslError(this.connection.version === 0x0304 ? 'wrong ssl version' : 'no renegotiation');
  }
  enableTrace(): void {
    throw new NotImplementedError('TLS tracing (enableTrace, --trace-tls)');
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#pendingText = undefined;
    this.#invokeQueued(UV_ECANCELED, 'Canceled because of SSL destruction');
    this.options.stream.consume(undefined);
  }
}

/** As OpenSSL prints its queue, without the places in its sources. */
function messageOf({ text, detail }: TlsFailure): string {
  return `${text}${detail === '' ? '' : `:${detail}`}\n`;
}
