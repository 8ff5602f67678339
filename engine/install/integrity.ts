/** Subresource integrity as npm's lockfiles use it (W3C SRI: `<algorithm>-<base64>`, several separated by spaces, the strongest counts). */
import { InstallError } from './errors.ts';

const ALGORITHMS = [
  ['sha512', 'SHA-512'],
  ['sha384', 'SHA-384'],
  ['sha256', 'SHA-256'],
  ['sha1', 'SHA-1'],
] as const;

export type Algorithm = (typeof ALGORITHMS)[number][0];

export interface Integrity {
  readonly algorithm: Algorithm;
  /** Base64 digests, any of which is right. */
  readonly digests: readonly string[];
}

/** The strongest algorithm's digests, or null when nothing in `text` is known. */
export function parseIntegrity(text: string): Integrity | null {
  const parts = text.split(/\s+/).flatMap((part) => {
    const match = /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(\?.*)?$/.exec(part);
    return match?.[1] !== undefined && match[2] !== undefined ? [{ algorithm: match[1], digest: match[2] }] : [];
  });
  for (const [algorithm] of ALGORITHMS) {
    const digests = parts.filter((part) => part.algorithm === algorithm).map((part) => part.digest);
    if (digests.length > 0) return { algorithm, digests };
  }
  return null;
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export async function digest(subtle: SubtleCrypto, algorithm: Algorithm, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const name = ALGORITHMS.find(([short]) => short === algorithm)?.[1] ?? 'SHA-512';
  return base64(new Uint8Array(await subtle.digest(name, bytes)));
}

/** Throws EINTEGRITY with npm's words when the bytes are not what the integrity promises. */
export async function verify(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>, expected: string, what: string): Promise<void> {
  const integrity = parseIntegrity(expected);
  if (integrity === null) {
    throw new InstallError('EINTEGRITY', `${what}: the lockfile's integrity "${expected}" names no known algorithm.`);
  }
  const actual = await digest(subtle, integrity.algorithm, bytes);
  if (integrity.digests.includes(actual)) return;
  throw new InstallError(
    'EINTEGRITY',
    `${what}: integrity checksum failed when using ${integrity.algorithm}: wanted ${integrity.algorithm}-${integrity.digests.join(` ${integrity.algorithm}-`)} ` +
      `but got ${integrity.algorithm}-${actual}. (${bytes.length} bytes)\n` +
      'What the registry delivered is not what the lockfile was made from. Nothing of it was installed.\n' +
      "If you trust the new content, remove the entry from package-lock.json and install again; otherwise report it to the package's maintainer.",
  );
}
