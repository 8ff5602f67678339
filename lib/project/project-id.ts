/**
 * Ids of projects. An id is a DNS label, since the project's engine has an origin of its own (`<id>.<host>`) and its previews have labels like
 * `p8080--<id>`: what `isProjectLabel` of lib/origins accepts.
 */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

export function newProjectId(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '');
  const random = crypto.getRandomValues(new Uint8Array(10));
  const suffix = [...random].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `${slug === '' ? 'project' : slug}-${suffix}`;
}
