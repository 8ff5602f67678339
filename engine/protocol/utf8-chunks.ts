/** Cuts a byte stream where characters end: the official client decodes each chunk on its own. */
export class Utf8Chunks {
  #rest: Uint8Array = new Uint8Array();

  /** Bytes up to the last whole character; the rest comes with the next chunk. Bytes that are not UTF-8 pass. */
  push(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const held = this.#rest.length;
    let all = bytes;
    if (held > 0) {
      all = new Uint8Array(held + bytes.length);
      all.set(this.#rest);
      all.set(bytes, held);
    }
    const end = all.length - incompleteTail(all);
    this.#rest = all.slice(end);
    return end === all.length ? all : all.slice(0, end);
  }

  /** What is left at the end of the stream. */
  end(): Uint8Array {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest;
  }
}

/** Length of an unfinished sequence at the end: a lead byte followed by fewer continuation bytes than it announces. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc0 && byte < 0xe0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
