/**
 * What stands for V8's code cache where scripts can be given one (`cachedData`). A page cannot reach V8's; as there, data is taken back for the same source and the same
 * version only, and for any other it is rejected.
 */
import { encodeUtf8 } from '../text.ts';
import { contentHash } from './content-hash.ts';

/** @param version Node's, as in `process.version` */
export const codeCache = (source: string, version: string): Uint8Array =>
  encodeUtf8(`no code, only its mark: ${version} ${contentHash(source)}\n`);

export function acceptsCodeCache(data: ArrayBufferView, source: string, version: string): boolean {
  const expected = codeCache(source, version);
  const given = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return given.length === expected.length && expected.every((byte, index) => given[index] === byte);
}
