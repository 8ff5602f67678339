/** `internalBinding('encoding_binding')`. Stands for src/encoding_binding.cc. */
import { isBytes, viewBytes } from '../crypto/bytes.ts';
import type { Binding, Environment } from '../environment.ts';
import { domainToAscii, domainToUnicode } from '../text/domain.ts';

const HostDecoder = globalThis.TextDecoder;
const encoder = new globalThis.TextEncoder();

/** One decoder per pair of options, made on first use: [ignoreBOM][fatal]. */
const decoders: TextDecoder[] = [];

function decoderFor(ignoreBom: boolean, fatal: boolean): TextDecoder {
  return (decoders[(ignoreBom ? 2 : 0) + (fatal ? 1 : 0)] ??= new HostDecoder('utf-8', { ignoreBOM: ignoreBom, fatal }));
}

const isShared = (bytes: Uint8Array): boolean => typeof SharedArrayBuffer === 'function' && bytes.buffer instanceof SharedArrayBuffer;

export function create(environment: Environment): Binding {
  /** [code units read, bytes written] of the last `encodeInto`. */
  const encodeIntoResults = new Uint32Array(2);

  return {
    encodeIntoResults,
    encodeInto(source: string, target: Uint8Array): void {
      // The browser refuses shared memory: through a copy.
      const shared = isShared(target);
      const into = shared ? new Uint8Array(target.length) : new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
      const { read, written } = encoder.encodeInto(source, into);
      if (shared) target.set(into.subarray(0, written));
      encodeIntoResults[0] = read;
      encodeIntoResults[1] = written;
    },
    encodeUtf8String: (text: string) => encoder.encode(text),
    decodeUTF8(input: unknown, ignoreBom: unknown, fatal: unknown): string {
      if (!isBytes(input)) {
        const message = 'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.';
        throw environment.codedError('TypeError', 'ERR_INVALID_ARG_TYPE', message);
      }
      const bytes = viewBytes(input);
      try {
        return decoderFor(Boolean(ignoreBom), Boolean(fatal)).decode(isShared(bytes) ? bytes.slice() : bytes);
      } catch {
        const message = 'The encoded data was not valid for encoding utf-8';
        throw environment.codedError('TypeError', 'ERR_ENCODING_INVALID_ENCODED_DATA', message);
      }
    },
    toASCII: domainToAscii,
    toUnicode: domainToUnicode,
  };
}
