/** `internalBinding('js_stream')` (src/js_stream.cc): a handle whose reading and writing is done by methods that the library sets on it, around a stream of JavaScript's. */
import { activeResources } from '../active-resources.ts';
import { beginRequest, completeRequest, type AsyncWrap } from '../async-wrap.ts';
import type { CreateBinding } from '../environment.ts';
import { EPIPE, StreamWrap, UV_EOF, chunksOf, noteWrite } from '../net/stream.ts';

export const create: CreateBinding = (environment) => {
  class JSStream extends StreamWrap {
    constructor() {
      super(environment, 'JSSTREAM');
      // It waits for nothing itself.
      activeResources(environment).removeHandle(this);
    }

    override readStart(): number {
      return this.#ask('onreadstart');
    }
    override readStop(): number {
      return this.#ask('onreadstop');
    }
    override shutdown(request: AsyncWrap): number {
      beginRequest(request, this);
      return this.#ask('onshutdown', request);
    }
    override writev(request: AsyncWrap, chunks: unknown[], allBuffers: boolean): number {
      return this.#write(request, chunksOf(chunks, allBuffers));
    }
    protected override write(request: AsyncWrap, bytes: Uint8Array): number {
      return this.#write(request, [bytes]);
    }

    finishWrite(request: AsyncWrap, status: number): void {
      completeRequest(request, 'oncomplete', status, this, undefined);
    }
    finishShutdown(request: AsyncWrap, status: number): void {
      completeRequest(request, 'oncomplete', status, this, undefined);
    }
    readBuffer(bytes: Uint8Array): void {
      this.bytesRead += bytes.length;
      this.deliver(bytes.length, bytes);
    }
    emitEOF(): void {
      this.deliver(UV_EOF, undefined);
    }

    #write(request: AsyncWrap, parts: readonly Uint8Array[]): number {
      const size = parts.reduce((sum, { length }) => sum + length, 0);
      this.bytesWritten += size;
      const status = this.#ask(
        'onwrite',
        request,
        parts.map((part) => environment.buffer(part.slice())),
      );
      // The stream below has noted its own write by now.
      noteWrite(environment, size, true);
      return status;
    }

    /** The status that one of the library's methods gives. */
    #ask(method: string, ...args: unknown[]): number {
      const status = this.makeCallback(method, ...args);
      return typeof status === 'number' ? status : EPIPE;
    }
  }
  return { JSStream };
};
