import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { BlobHash, BlobStore, PointerStore } from '../../storage/storage.ts';
import { getBytes, putBytes } from '../blob-text.ts';
import { KEYS, read, write } from '../records.ts';

export type Encoding = 'br' | 'gzip';

export interface EncodedBlob {
  readonly blob: BlobHash;
  readonly size: number;
}

/** The document `encoded/<blob>/<encoding>`. */
export interface EncodedRecord {
  /** Null: compression makes it no smaller. */
  readonly is: EncodedBlob | null;
}

/** Bytes: what is smaller fits into one packet anyway, what is larger is not worth the time. */
const SMALLEST = 256;
const LARGEST = 16 * 2 ** 20;
/** Bytes up to which a reader waits for the compression; larger ones are sent as they are until it is done. */
const PATIENT = 256 * 1024;
/** Compressions at a time. */
const LANES = 2;
const MOST_REMEMBERED = 50_000;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Compressed forms of blobs: made once when first wanted, then kept as blobs. */
export class Encodings {
  readonly #blobs: BlobStore;
  readonly #pointers: PointerStore;
  readonly #known = new Map<string, EncodedRecord>();
  readonly #making = new Map<string, Promise<EncodedBlob | null>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor({ blobs, pointers }: { readonly blobs: BlobStore; readonly pointers: PointerStore }) {
    this.#blobs = blobs;
    this.#pointers = pointers;
  }

  /** The compressed form of a blob; null when it is to be sent as it is. `isFinal`: asking again will get the same. */
  async get(
    blob: BlobHash,
    size: number,
    encoding: Encoding,
  ): Promise<{ readonly encoded: EncodedBlob | null; readonly isFinal: boolean }> {
    if (size < SMALLEST || size > LARGEST) return { encoded: null, isFinal: true };
    const key = `${blob}/${encoding}`;
    const known = this.#known.get(key) ?? (await read<EncodedRecord>(this.#pointers, KEYS.encoded(blob, encoding)))?.value;
    // It may have been collected while nothing named the blob: then it is made anew.
    if (known !== undefined && (known.is === null || (await this.#blobs.has(known.is.blob))))
      return { encoded: this.#remember(key, known), isFinal: true };
    let making = this.#making.get(key);
    if (making === undefined) {
      making = this.#make(blob, size, encoding).finally(() => this.#making.delete(key));
      this.#making.set(key, making);
    }
    // A disk that is full keeps nobody from reading.
    const settled = making.then(
      (encoded) => ({ encoded, isFinal: true }),
      (error: unknown) => {
        console.error(error);
        return { encoded: null, isFinal: false };
      },
    );
    return size <= PATIENT ? settled : { encoded: null, isFinal: false };
  }

  async #make(blob: BlobHash, size: number, encoding: Encoding): Promise<EncodedBlob | null> {
    if (this.#busy >= LANES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    try {
      const bytes = await getBytes(this.#blobs, blob);
      if (bytes === null) throw new Error(`The blob ${blob} is served and not stored.`);
      const small = await compress(bytes, encoding);
      const is = small.length < size * 0.95 ? { blob: await putBytes(this.#blobs, small), size: small.length } : null;
      const key = `${blob}/${encoding}`;
      const before = await read<EncodedRecord>(this.#pointers, KEYS.encoded(blob, encoding));
      await write(this.#pointers, KEYS.encoded(blob, encoding), { is }, before?.version ?? null);
      return this.#remember(key, { is });
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  #remember(key: string, encoded: EncodedRecord): EncodedBlob | null {
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(key, encoded);
    return encoded.is;
  }
}

function compress(bytes: Uint8Array, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return zip(bytes, { level: 9 });
  // The best takes seconds for a megabyte.
  const quality = bytes.length <= 128 * 1024 ? 11 : bytes.length <= 2 ** 20 ? 9 : 6;
  return brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

/** The best encoding that an Accept-Encoding allows. */
export function chooseEncoding(accepted: string | undefined): Encoding | null {
  if (accepted === undefined || accepted === '') return null;
  const qualities = new Map<string, number>();
  for (const item of accepted.split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1);
    qualities.set(name === 'x-gzip' ? 'gzip' : name, quality > 0 ? quality : 0);
  }
  // What stands for all that is not named is no sign that Brotli is understood.
  const [br = 0, gzip = qualities.get('*') ?? 0] = [qualities.get('br'), qualities.get('gzip')];
  // Brotli is smaller: it wins where both are as welcome.
  return br > 0 && br >= gzip ? 'br' : gzip > 0 ? 'gzip' : null;
}
