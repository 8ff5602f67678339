import { NAME_MAX } from './constants.ts';
import { encodeUtf8 } from './utf8.ts';

/** One name in UTF-8 with its hash: scratch space that is filled again for each component of a path. */
export class Name {
  readonly bytes = new Uint8Array(NAME_MAX + 8);
  length = 0;
  hash = 0;

  /** Takes `path[from..to)`; false when it is longer than 255 bytes. */
  set(path: string, from: number, to: number): boolean {
    const size = to - from;
    if (size > NAME_MAX) return false;
    const { bytes } = this;
    let hash = 0x811c9dc5 | 0;
    for (let i = 0; i < size; i++) {
      const unit = path.charCodeAt(from + i);
      if (unit >= 0x80) return this.#setUtf8(path, from, to);
      bytes[i] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    this.length = size;
    this.hash = hash;
    return true;
  }

  /** Takes bytes that are a name already. */
  setBytes(source: Uint8Array, from: number, length: number): void {
    for (let i = 0; i < length; i++) this.bytes[i] = source[from + i] ?? 0;
    this.length = length;
    this.#rehash();
  }

  copy(other: Name): void {
    this.bytes.set(other.bytes);
    this.length = other.length;
    this.hash = other.hash;
  }

  #setUtf8(path: string, from: number, to: number): boolean {
    const length = encodeUtf8(path, from, to, this.bytes, 0);
    if (length < 0 || length > NAME_MAX) return false;
    this.length = length;
    this.#rehash();
    return true;
  }

  #rehash(): void {
    let hash = 0x811c9dc5 | 0;
    for (let i = 0; i < this.length; i++) hash = Math.imul(hash ^ (this.bytes[i] ?? 0), 0x01000193);
    this.hash = hash;
  }
}
