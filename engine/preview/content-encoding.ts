/** Some guests encode what they were not asked to: the browser does not decode a service worker's Response, so this does. */
import { GuestError } from './links.ts';

const FORMATS: Readonly<Record<string, string>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'brotli', zstd: 'zstd' };

/** Takes Content-Encoding (and Content-Length) out of `headers` and gives the plain body. @throws {GuestError} for encodings that the browser cannot decode here */
export function decodeBody(body: ReadableStream<Uint8Array<ArrayBuffer>>, headers: Headers): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encodings = (headers.get('content-encoding') ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '' && one !== 'identity');
  if (encodings.length === 0) return body;
  headers.delete('content-encoding');
  headers.delete('content-length');
  return encodings.reduceRight((stream, encoding) => stream.pipeThrough(decoder(encoding)), body);
}

function decoder(encoding: string): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  try {
    return new DecompressionStream((FORMATS[encoding] ?? encoding) as CompressionFormat) as TransformStream<
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>
    >;
  } catch {
    throw new GuestError('garbage', `The answer's encoding "${encoding}" cannot be read here. Serve it without encoding, or with gzip.`);
  }
}
