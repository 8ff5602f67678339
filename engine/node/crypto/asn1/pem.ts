/** PEM (RFC 7468), with the headers of the older encrypted form (RFC 1421). */

export interface PemBlock {
  readonly label: string;
  /** `Proc-Type`, `DEK-Info`. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
}

const LINE = 64;
const decoder = new TextDecoder('latin1');

/** The blocks that can be read; what is not one is skipped. */
export function readPem(source: Uint8Array): PemBlock[] {
  const lines = decoder.decode(source.slice()).split('\n');
  const blocks: PemBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const label = /^-----BEGIN (.+)-----\s*$/.exec(lines[index] ?? '')?.[1];
    if (label === undefined) continue;
    const end = lines.findIndex((line, at) => at > index && line.trimEnd() === `-----END ${label}-----`);
    if (end < 0) continue;
    const block = readBody(label, lines.slice(index + 1, end));
    if (block !== undefined) blocks.push(block);
    index = end;
  }
  return blocks;
}

/** Whether there is a block whose text is no base64. */
export function hasBrokenPem(source: Uint8Array): boolean {
  const begun = decoder.decode(source.slice()).match(/^-----BEGIN .+-----\s*$/gm)?.length ?? 0;
  return begun > readPem(source).length;
}

function readBody(label: string, lines: readonly string[]): PemBlock | undefined {
  const headers = new Map<string, string>();
  let start = 0;
  if (lines.some((line) => line.includes(':'))) {
    start = lines.findIndex((line) => line.trim() === '') + 1;
    let name = '';
    for (const line of lines.slice(0, Math.max(start - 1, 0))) {
      const header = /^([\w-]+):\s*(.*)$/.exec(line.trimEnd());
      if (header !== null) {
        name = header[1] ?? '';
        headers.set(name, header[2] ?? '');
      } else headers.set(name, `${headers.get(name) ?? ''}${line.trim()}`);
    }
  }
  const text = lines.slice(start).join('').replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return { label, headers, bytes: decodeBase64(text) };
}

export function writePem(label: string, bytes: Uint8Array, headers: readonly (readonly [string, string])[] = []): string {
  const body = encodeBase64(bytes).replace(/.{1,64}/g, '$&\n');
  const head = headers.length === 0 ? '' : `${headers.map(([name, value]) => `${name}: ${value}\n`).join('')}\n`;
  return `-----BEGIN ${label}-----\n${head}${body}-----END ${label}-----\n`;
}

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 48 * LINE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + 48 * LINE)));
  return text;
}

export function decodeBase64(text: string): Uint8Array {
  const characters = atob(text);
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
