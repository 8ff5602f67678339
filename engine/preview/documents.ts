/**
 * Which documents the pages of a preview were loaded from, to tell whether a page still shows what the guest's server has. A dev server tells pages of changes over a
 * socket; what it builds between a page's request and the opening of that socket reaches nobody, and the page stays old until the next change.
 */
import { decodeBody } from './content-encoding.ts';
import type { Answer } from './links.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Pages that are remembered: the newest. */
const MOST_PAGES = 32;
/** Documents of more bytes are not compared. */
const LARGEST_DOCUMENT = 4_194_304;

/** Asks the guest once more for what it was asked. */
export type AskAgain = () => Promise<Answer>;

interface Loaded {
  readonly document: Collector;
  readonly askAgain: AskAgain;
}

export class Documents {
  readonly #pages = new Map<string, Loaded>();

  /** Lets a document through, decoded, and remembers it as the page's. */
  remember(page: string, askAgain: AskAgain): TransformStream<Bytes, Bytes> {
    const document = new Collector();
    this.#pages.set(page, { document, askAgain });
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    return document.stream;
  }

  /**
   * Whether the guest's server has the same document for a page still.
   * @returns null when that cannot be told: the page is not known or not whole yet, its document is too large, or it is another one each time.
   * @throws {GuestError} when the guest does not answer
   */
  async isCurrent(page: string): Promise<boolean | null> {
    const loaded = this.#pages.get(page);
    const shown = await loaded?.document.digest;
    if (loaded === undefined || shown === undefined || shown === null) return null;
    const now = await digestOf(await loaded.askAgain());
    if (now === null) return null;
    if (now === shown) return true;
    // A page with the time or a random number in it differs without being old.
    return (await digestOf(await loaded.askAgain())) === now ? false : null;
  }
}

async function digestOf({ head, body }: Answer): Promise<string | null> {
  if (head.status !== 200) {
    await body.cancel();
    return null;
  }
  const headers = new Headers();
  for (const [name, value] of head.headers) if (name.toLowerCase() === 'content-encoding') headers.append(name, value);
  const document = new Collector();
  await decodeBody(body, headers).pipeThrough(document.stream).pipeTo(new WritableStream());
  return document.digest;
}

/** Takes the SHA-256 of what streams through. */
class Collector {
  #parts: Bytes[] = [];
  #length = 0;
  /** In hexadecimal, or of nothing where the document is too large; null while it has not ended. */
  digest: Promise<string | null> | null = null;
  readonly stream = new TransformStream<Bytes, Bytes>({
    transform: (chunk, controller) => {
      this.#length += chunk.length;
      // The reader may take the chunk's memory with it.
      if (this.#length <= LARGEST_DOCUMENT) this.#parts.push(chunk.slice());
      else this.#parts = [];
      controller.enqueue(chunk);
    },
    flush: () => {
      this.digest = this.#length <= LARGEST_DOCUMENT ? sha256(this.#parts) : Promise.resolve(null);
    },
  });
}

async function sha256(parts: readonly Bytes[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob([...parts]).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
