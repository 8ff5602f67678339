/** `internalBinding('http_parser')` (src/node_http_parser.cc) over llhttp. */
import { AsyncWrap } from '../async-wrap.ts';
import { latin1Decode } from '../codecs.ts';
import type { Callable, CreateBinding } from '../environment.ts';
import { ERROR, Llhttp, type Callbacks } from '../http/llhttp.ts';
import type { StreamWrap } from '../net/stream.ts';

const REQUEST = 1;
const ON_MESSAGE_BEGIN = 0;
const ON_HEADERS = 1;
const ON_HEADERS_COMPLETE = 2;
const ON_BODY = 3;
const ON_MESSAGE_COMPLETE = 4;
const ON_EXECUTE = 5;
const DEFAULT_MAX_HEADER_SIZE = 16_384;

const text = (bytes: Uint8Array): string => latin1Decode(bytes, 0, bytes.length);

export const create: CreateBinding = (environment) => {
  const dump = environment.dumps['http_parser']?.['HTTPParser'] as { readonly static: Record<string, number> } | undefined;
  if (dump === undefined) throw new Error('the dump of the http_parser binding is missing');
  const { performance } = environment.host;
  let library: Llhttp | undefined;
  const llhttp = (): Llhttp => (library ??= new Llhttp(environment.host.asset('llhttp.wasm')));

  /** Parsers by the state of their connection, for the server's timeouts and `closeIdleConnections`. */
  class ConnectionsList {
    readonly parsers = new Set<HTTPParser>();
    all(): HTTPParser[] {
      return [...this.parsers];
    }
    idle(): HTTPParser[] {
      return [...this.parsers].filter((parser) => timing(parser).started === 0);
    }
    active(): HTTPParser[] {
      return [...this.parsers].filter((parser) => timing(parser).started !== 0);
    }
    expired(headersTimeout: number, requestTimeout: number): HTTPParser[] {
      const now = performance.now();
      const limit = (timeout: number) => (timeout > 0 ? now - timeout : -Infinity);
      // As natively, when the headers' time is longer than the request's, the two change places.
      const [headers, request] =
        headersTimeout > 0 && requestTimeout > 0 && headersTimeout > requestTimeout
          ? [requestTimeout, headersTimeout]
          : [headersTimeout, requestTimeout];
      const expired = [...this.parsers].filter((parser) => {
        const { started, headersDone } = timing(parser);
        return started !== 0 && ((!headersDone && started < limit(headers)) || started < limit(request));
      });
      for (const parser of expired) this.parsers.delete(parser);
      return expired;
    }
  }

  interface Timing {
    started: number;
    headersDone: boolean;
  }
  const timings = new WeakMap<object, Timing>();
  const timing = (parser: object): Timing => {
    let known = timings.get(parser);
    if (known === undefined) timings.set(parser, (known = { started: 0, headersDone: false }));
    return known;
  };

  class HTTPParser extends AsyncWrap {
    #pointer = 0;
    #type = REQUEST;
    #maxHeaderSize = DEFAULT_MAX_HEADER_SIZE;
    #headers: string[] = [];
    #field = '';
    #value = '';
    #inValue = false;
    #url = '';
    #statusMessage = '';
    #headerBytes = 0;
    #overflow = false;
    #depth = 0;
    #pausePending = false;
    #exception: { error: unknown } | undefined;
    #current: Uint8Array | undefined;
    #list: ConnectionsList | undefined;
    #stream: StreamWrap | undefined;

    constructor() {
      super(environment, undefined);
    }

    initialize(type: number, resource: unknown, maxHeaderSize = 0, lenient = 0, list?: ConnectionsList): void {
      this.#release();
      this.asyncReset(resource, type === REQUEST ? 'HTTPINCOMINGMESSAGE' : 'HTTPCLIENTREQUEST');
      this.#type = type;
      this.#maxHeaderSize =
        maxHeaderSize > 0 ? maxHeaderSize : Number(environment.option('--max-http-header-size') ?? DEFAULT_MAX_HEADER_SIZE);
      this.#reset();
      this.#pausePending = false;
      this.#exception = undefined;
      this.#pointer = llhttp().create(type, lenient, this.#callbacks());
      this.#list = list;
      if (list !== undefined) {
        Object.assign(timing(this), { started: performance.now(), headersDone: false });
        list.parsers.add(this);
      }
    }

    #reset(): void {
      this.#headers = [];
      this.#field = '';
      this.#value = '';
      this.#inValue = false;
      this.#url = '';
      this.#statusMessage = '';
      this.#headerBytes = 0;
      this.#overflow = false;
    }

    #callbacks(): Callbacks {
      const track = (bytes: Uint8Array): number => {
        this.#headerBytes += bytes.length;
        if (this.#headerBytes < this.#maxHeaderSize) return 0;
        this.#overflow = true;
        return ERROR.USER;
      };
      return {
        messageBegin: () => {
          this.#reset();
          Object.assign(timing(this), { started: performance.now(), headersDone: false });
          return this.#call(ON_MESSAGE_BEGIN) === undefined && this.#exception !== undefined ? ERROR.USER : 0;
        },
        url: (bytes) => {
          this.#url += text(bytes);
          return track(bytes);
        },
        status: (bytes) => {
          this.#statusMessage += text(bytes);
          return track(bytes);
        },
        headerField: (bytes) => {
          if (this.#inValue) this.#endHeader();
          this.#field += text(bytes);
          return track(bytes);
        },
        headerValue: (bytes) => {
          this.#inValue = true;
          this.#value += text(bytes);
          return track(bytes);
        },
        headersComplete: (status, upgrade, shouldKeepAlive) => {
          if (this.#field !== '') this.#endHeader();
          timing(this).headersDone = true;
          this.#headerBytes = 0;
          const [major, minor] = llhttp().version(this.#pointer);
          const isRequest = this.#type === REQUEST;
          const headers = this.#headers;
          this.#headers = [];
          const result = this.#call(
            ON_HEADERS_COMPLETE,
            major,
            minor,
            headers,
            isRequest ? llhttp().method(this.#pointer) : undefined,
            isRequest ? this.#url : undefined,
            isRequest ? undefined : status,
            isRequest ? undefined : this.#statusMessage,
            upgrade,
            shouldKeepAlive,
          );
          return this.#exception === undefined ? Number(result) || 0 : -1;
        },
        body: (bytes) => {
          if (bytes.length === 0) return 0;
          this.#call(ON_BODY, environment.buffer(bytes.slice()));
          return this.#exception === undefined ? 0 : ERROR.USER;
        },
        messageComplete: () => {
          timing(this).started = 0;
          if (this.#field !== '') this.#endHeader();
          if (this.#headers.length > 0) {
            // Trailers.
            const trailers = this.#headers;
            this.#headers = [];
            this.#call(ON_HEADERS, trailers, this.#url);
          }
          this.#call(ON_MESSAGE_COMPLETE);
          return this.#exception === undefined ? 0 : ERROR.USER;
        },
      };
    }

    #endHeader(): void {
      this.#headers.push(this.#field, this.#value.replace(/[ \t]+$/, ''));
      this.#field = '';
      this.#value = '';
      this.#inValue = false;
    }

    /** Calls the library; an exception stops the parser and is thrown again from `execute`. */
    #call(callback: number, ...args: unknown[]): unknown {
      const method = (this as unknown as Record<number, unknown>)[callback];
      if (typeof method !== 'function') return undefined;
      try {
        return environment.makeCallback(this, method as Callable, args);
      } catch (error) {
        this.#exception = { error };
        return undefined;
      }
    }

    #run(data: Uint8Array | undefined): unknown {
      const pointer = this.#pointer;
      this.#exception = undefined;
      this.#current = data;
      this.#depth++;
      let error: number;
      let read = data?.length ?? 0;
      try {
        if (data === undefined) error = llhttp().finish(pointer);
        else ({ error, read } = llhttp().execute(pointer, data));
      } finally {
        this.#depth--;
      }
      if (this.#pausePending) {
        this.#pausePending = false;
        if (this.#pointer === pointer) llhttp().pause(pointer);
      }
      const thrown = this.#exception as { error: unknown } | undefined;
      if (thrown !== undefined) {
        this.#exception = undefined;
        throw thrown.error;
      }
      if (error !== ERROR.OK && this.#pointer === pointer && !llhttp().isUpgrade(pointer)) {
        const failure = new Error('Parse Error') as Error & Record<string, unknown>;
        failure['bytesParsed'] = read;
        failure['code'] = this.#overflow ? 'HPE_HEADER_OVERFLOW' : llhttp().errorName(error);
        failure['reason'] = this.#overflow ? 'Header overflow' : llhttp().errorReason(pointer);
        return failure;
      }
      return data === undefined ? undefined : read;
    }

    execute(buffer: Uint8Array): unknown {
      return this.#run(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    }
    finish(): unknown {
      return this.#pointer === 0 ? undefined : this.#run(undefined);
    }
    pause(): void {
      if (this.#depth > 0) this.#pausePending = true;
      else if (this.#pointer !== 0) llhttp().pause(this.#pointer);
    }
    resume(): void {
      if (this.#depth > 0) this.#pausePending = false;
      else if (this.#pointer !== 0) llhttp().resume(this.#pointer);
    }
    getCurrentBuffer(): unknown {
      return this.#current === undefined ? undefined : environment.buffer(this.#current.slice());
    }

    /** Reads the stream itself, without a round through the guest's `data` events. */
    consume(stream: StreamWrap): void {
      this.unconsume();
      this.#stream = stream;
      stream.consume({
        data: (bytes) => {
          let result: unknown;
          try {
            result = this.#run(bytes);
          } finally {
            this.#current = undefined;
          }
          this.#current = bytes;
          const onExecute = (this as unknown as Record<number, unknown>)[ON_EXECUTE];
          if (typeof onExecute === 'function') environment.makeCallback(this, onExecute as Callable, [result]);
        },
        end: (status) => stream.emitRead(status, undefined),
      });
    }
    unconsume(): void {
      this.#stream?.consume(undefined);
      this.#stream = undefined;
    }

    remove(): void {
      this.#list?.parsers.delete(this);
    }
    free(): void {
      // The library keeps parsers in a pool: this one may be initialised again.
      this.emitDestroy();
    }
    close(): void {
      this.remove();
      this.unconsume();
      this.#release();
    }
    #release(): void {
      if (this.#pointer !== 0) llhttp().destroy(this.#pointer);
      this.#pointer = 0;
    }
  }
  Object.assign(HTTPParser, dump.static);
  return { HTTPParser, ConnectionsList };
};
