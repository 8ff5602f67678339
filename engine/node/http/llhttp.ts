/**
 * llhttp, the HTTP parser that native Node uses, as undici ships it compiled to WebAssembly. One instance serves all parsers of a thread; each parser
 * is a pointer in its memory.
 */

export const ERROR = { OK: 0, PAUSED: 21, PAUSED_UPGRADE: 22, USER: 24 } as const;

export interface Callbacks {
  messageBegin(): number;
  url(bytes: Uint8Array): number;
  status(bytes: Uint8Array): number;
  headerField(bytes: Uint8Array): number;
  headerValue(bytes: Uint8Array): number;
  headersComplete(statusCode: number, upgrade: boolean, shouldKeepAlive: boolean): number;
  body(bytes: Uint8Array): number;
  messageComplete(): number;
}

type Call = (...args: number[]) => number;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly malloc: Call;
  readonly free: Call;
  readonly llhttp_alloc: Call;
  readonly llhttp_free: Call;
  readonly llhttp_execute: Call;
  readonly llhttp_finish: Call;
  readonly llhttp_pause: Call;
  readonly llhttp_resume: Call;
  readonly llhttp_resume_after_upgrade: Call;
  readonly llhttp_get_errno: Call;
  readonly llhttp_get_error_reason: Call;
  readonly llhttp_get_error_pos: Call;
  readonly llhttp_errno_name: Call;
  readonly llhttp_get_method: Call;
  readonly llhttp_get_http_major: Call;
  readonly llhttp_get_http_minor: Call;
  readonly llhttp_get_upgrade: Call;
  readonly [name: string]: unknown;
}

/** Setters of the wasm build by the bit of Node's lenient flags (kLenientHeaders …). */
const LENIENT: readonly (readonly [bit: number, setter: string])[] = [
  [1, 'llhttp_set_lenient_headers'],
  [2, 'llhttp_set_lenient_chunked_length'],
  [4, 'llhttp_set_lenient_keep_alive'],
  [8, 'llhttp_set_lenient_transfer_encoding'],
  [16, 'llhttp_set_lenient_version'],
  [32, 'llhttp_set_lenient_data_after_close'],
  [64, 'llhttp_set_lenient_optional_lf_after_cr'],
  [128, 'llhttp_set_lenient_optional_crlf_after_chunk'],
  [256, 'llhttp_set_lenient_optional_cr_before_lf'],
  [512, 'llhttp_set_lenient_spaces_after_chunk_size'],
];

export class Llhttp {
  readonly #exports: Exports;
  readonly #parsers = new Map<number, Callbacks>();
  #input = 0;
  #inputSize = 0;

  constructor(wasm: Uint8Array<ArrayBuffer>) {
    const bytes = (at: number, length: number) => new Uint8Array(this.#exports.memory.buffer, at, length);
    const of = (parser: number): Callbacks => {
      const callbacks = this.#parsers.get(parser);
      if (callbacks === undefined) throw new Error('llhttp called back for a parser that was freed');
      return callbacks;
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
      env: {
        wasm_on_message_begin: (parser: number) => of(parser).messageBegin(),
        wasm_on_url: (parser: number, at: number, length: number) => of(parser).url(bytes(at, length)),
        wasm_on_status: (parser: number, at: number, length: number) => of(parser).status(bytes(at, length)),
        wasm_on_header_field: (parser: number, at: number, length: number) => of(parser).headerField(bytes(at, length)),
        wasm_on_header_value: (parser: number, at: number, length: number) => of(parser).headerValue(bytes(at, length)),
        wasm_on_headers_complete: (parser: number, status: number, upgrade: number, keepAlive: number) =>
          of(parser).headersComplete(status, upgrade !== 0, keepAlive !== 0),
        wasm_on_body: (parser: number, at: number, length: number) => of(parser).body(bytes(at, length)),
        wasm_on_message_complete: (parser: number) => of(parser).messageComplete(),
      },
    });
    this.#exports = instance.exports as unknown as Exports;
    this.#exports._initialize();
  }

  /** @param type 1 request, 2 response */
  create(type: number, lenient: number, callbacks: Callbacks): number {
    const parser = this.#exports.llhttp_alloc(type);
    this.#parsers.set(parser, callbacks);
    for (const [bit, setter] of LENIENT) {
      const set = this.#exports[setter];
      if ((lenient & bit) !== 0 && typeof set === 'function') (set as Call)(parser, 1);
    }
    return parser;
  }

  destroy(parser: number): void {
    if (this.#parsers.delete(parser)) this.#exports.llhttp_free(parser);
  }

  /** Parses; the error number and how many bytes were taken. */
  execute(parser: number, data: Uint8Array): { error: number; read: number } {
    const { malloc, free, memory } = this.#exports;
    // A callback may parse another message (a nested execute): its input must not overwrite this one's.
    let input = this.#input;
    let size = this.#inputSize;
    this.#input = 0;
    if (input === 0 || size < data.length) {
      if (input !== 0) free(input);
      size = Math.max(65_536, data.length);
      input = malloc(size);
    }
    new Uint8Array(memory.buffer, input, data.length).set(data);
    try {
      const error = this.#exports.llhttp_execute(parser, input, data.length);
      if (error === ERROR.OK) return { error, read: data.length };
      const at = this.#exports.llhttp_get_error_pos(parser);
      if (error === ERROR.PAUSED_UPGRADE) this.#exports.llhttp_resume_after_upgrade(parser);
      return { error: error === ERROR.PAUSED_UPGRADE ? ERROR.OK : error, read: Math.max(0, at - input) };
    } finally {
      if (this.#input === 0) {
        this.#input = input;
        this.#inputSize = size;
      } else free(input);
    }
  }

  finish(parser: number): number {
    return this.#exports.llhttp_finish(parser);
  }
  pause(parser: number): void {
    this.#exports.llhttp_pause(parser);
  }
  resume(parser: number): void {
    this.#exports.llhttp_resume(parser);
  }
  method(parser: number): number {
    return this.#exports.llhttp_get_method(parser);
  }
  version(parser: number): readonly [major: number, minor: number] {
    return [this.#exports.llhttp_get_http_major(parser), this.#exports.llhttp_get_http_minor(parser)];
  }
  isUpgrade(parser: number): boolean {
    return this.#exports.llhttp_get_upgrade(parser) !== 0;
  }
  errorName(error: number): string {
    return this.#text(this.#exports.llhttp_errno_name(error));
  }
  errorReason(parser: number): string {
    return this.#text(this.#exports.llhttp_get_error_reason(parser));
  }

  #text(at: number): string {
    if (at === 0) return '';
    const memory = new Uint8Array(this.#exports.memory.buffer);
    let text = '';
    for (let index = at; memory[index] !== 0; index++) text += String.fromCharCode(memory[index] ?? 0);
    return text;
  }
}
