/**
 * Unpacks gzip through the platform's DecompressionStream into one buffer. A gzip member ends with the unpacked size modulo 2^32 (RFC 1952), which
 * tells the buffer's length beforehand; it is only a hint. Bytes that are not gzip are returned as they are, as npm does with plain tar.
 */
export async function gunzip(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  const hint = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true);
  // Deflate packs at most 1032 : 1; a bigger number is not a size.
  let out = new Uint8Array(hint <= packed.length * 1032 ? hint : packed.length * 4);
  let length = 0;
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const written = writer.write(packed).then(() => writer.close());
  // Reported through the reader below; without this it is an unhandled rejection as well.
  written.catch(() => undefined);
  const reader = stream.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length + value.length > out.length) {
      const larger = new Uint8Array(Math.max(out.length * 2, length + value.length));
      larger.set(out.subarray(0, length));
      out = larger;
    }
    out.set(value, length);
    length += value.length;
  }
  await written;
  return out.subarray(0, length);
}
