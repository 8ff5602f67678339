/**
 * `internalBinding('wasm_web_api')` (src/node_wasm_web_api.cc): WebAssembly.compileStreaming and instantiateStreaming take Node's own responses. Node's
 * library checks and reads the response; what it read is compiled at once.
 */
import type { Callable, CreateBinding } from '../environment.ts';

export const create: CreateBinding = ({ loop }) => ({
  setImplementation: (implementation: Callable) => {
    // Natively tasks of the platform: the process waits for them.
    const held = <T>(promise: Promise<T>): Promise<T> => {
      const handle = loop.keepAlive();
      const close = () => handle.close();
      promise.then(close, close);
      return promise;
    };
    const { compile, instantiate } = WebAssembly;
    const asynchronous = {
      compile(bytes: BufferSource) {
        return held(compile(bytes));
      },
      instantiate(source: BufferSource, imports?: WebAssembly.Imports) {
        return held(instantiate(source, imports));
      },
    };
    const read = (source: unknown) =>
      new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
        const parts: Uint8Array<ArrayBuffer>[] = [];
        implementation.call(
          undefined,
          {
            setURL: () => undefined,
            push: (part: Uint8Array<ArrayBuffer>) => void parts.push(part),
            finish: () => resolve(joined(parts)),
            abort: reject,
          },
          source,
        );
      });
    const functions = {
      compileStreaming(source: unknown) {
        return read(source).then((bytes) => WebAssembly.compile(bytes));
      },
      instantiateStreaming(source: unknown, imports?: WebAssembly.Imports) {
        return read(source).then((bytes) => WebAssembly.instantiate(bytes, imports));
      },
    };
    for (const [name, value] of Object.entries({ ...asynchronous, ...functions }))
      Object.defineProperty(WebAssembly, name, { value, configurable: true, writable: true, enumerable: true });
  },
});

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
