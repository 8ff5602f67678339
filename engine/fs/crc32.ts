/** CRC-32 (ISO 3309, as in zip and gzip), four bytes a step. */
const TABLES = makeTables();

export function crc32(bytes: Uint8Array, start = 0): number {
  let crc = ~start;
  let i = 0;
  for (const whole = bytes.length - 3; i < whole; i += 4) {
    crc ^= at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24);
    crc = entry(768 + (crc & 255)) ^ entry(512 + ((crc >>> 8) & 255)) ^ entry(256 + ((crc >>> 16) & 255)) ^ entry(crc >>> 24);
  }
  for (; i < bytes.length; i++) crc = entry((crc ^ at(bytes, i)) & 255) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function at(bytes: Uint8Array, i: number): number {
  return bytes[i] ?? 0;
}

function entry(i: number): number {
  return TABLES[i] ?? 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(1024);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    tables[i] = value;
  }
  for (let i = 256; i < 1024; i++) tables[i] = ((tables[i - 256] ?? 0) >>> 8) ^ (tables[(tables[i - 256] ?? 0) & 255] ?? 0);
  return tables;
}
