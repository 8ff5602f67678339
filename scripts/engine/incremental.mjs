import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Hash of files' names and contents. A file that is missing counts as such, so that its appearance changes the hash.
 * @param {Iterable<string>} files paths
 * @param {string[]} [extra] anything else that the result depends on
 */
export function hashFiles(files, extra = []) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    hash.update(file).update('\0');
    hash.update(existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest() : 'missing');
  }
  for (const item of extra) hash.update('\0').update(item);
  return hash.digest('hex');
}

/** Writes a file so that a reader sees the old or the new content, never a part. @param {string} path @param {string | Uint8Array} data */
export function writeAtomically(path, data) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, data);
  renameSync(temporary, path);
}

/** The name with a hash of the content before its extension: what it names never changes. @param {string} name @param {string | Uint8Array} data */
export function hashedName(name, data) {
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 12);
  return name.replace(/(\.[^.]+)$/, `.${hash}$1`);
}

/** Removes files that `hashedName` named for earlier contents, with their source maps. @param {string} folder @param {string} name @param {string} keep */
export function removeOlder(folder, name, keep) {
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) {
    if (file.replace(/\.map$/, '').replace(/\.[0-9a-f]{12}(\.[^.]+)$/, '$1') === name && !file.startsWith(keep)) rmSync(join(folder, file));
  }
}

/**
 * Remembers under a name which inputs a step last ran with.
 * @param {string} folder where the records are kept
 * @param {string} name
 */
export function stepRecord(folder, name) {
  const path = join(folder, `${name}.json`);
  return {
    /** @returns {{ key: string, inputs?: string[], file?: string, url?: string } | undefined} */
    read: () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined),
    /** @param {{ key: string, inputs?: string[], file?: string, url?: string }} record */
    write: (record) => writeAtomically(path, JSON.stringify(record)),
  };
}
