import assert from 'node:assert/strict';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { JampotError } from '../../../lib/errors/problem.ts';
import { importZip } from '../../../lib/import/import-files.ts';
import { parsePath } from '../../../lib/project/paths.ts';
import { DEFAULT_EDGE_LIMITS } from '../../../lib/server/edge/limits.ts';
import { readZip } from '../../../lib/server/edge/zip-archive.ts';
import { ProblemError } from '../../../lib/server/problem.ts';
import { requireDeclared } from '../declared.mjs';
import { joined } from '../random.mjs';

/** @typedef {import('../random.mjs').Random} Random */

const UNIX = 3;
const CENTRAL_HEADER = 0x02014b50;
/** Offsets in an entry of the table: flags, method, CRC, sizes, lengths, attributes, place. */
const FIELDS = [8, 10, 16, 20, 24, 28, 30, 32, 38, 42];

/**
 * An archive with names and modes that may not be, some with a table that lies or with other damage. Entry by entry, since an object
 * of names could hold neither `__proto__` nor a name twice.
 * @param {Random} random
 */
function zipArchive(random) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(piece);
  });
  for (let left = random.below(5); left > 0; left -= 1) {
    const name = random.pick([random.text(30), '../up', '/etc/passwd', 'a/../../b', 'a', 'a/b', 'C:\\x', 'x/', '__proto__']).toWellFormed();
    const mode = random.pick([0o100644, 0o100755, 0o120777, 0o040755, 0, 0o060000]);
    const entry = random.chance(0.5) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(Object.assign(entry, { os: UNIX, attrs: mode << 16 }));
    entry.push(random.bytes(random.length(400)), true);
  }
  zip.end();
  const bytes = joined(pieces);
  if (random.chance(0.4)) return bytes;
  if (random.chance(0.5)) return random.mutate(bytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 <= bytes.length; at += 1)
    if (view.getUint32(at, true) === CENTRAL_HEADER && random.chance(0.5))
      view.setUint32(at + random.pick(FIELDS), random.pick([0, 1, 12, 0xffff, 0x7fff_ffff, 0xffff_ffff, random.below(2 ** 32)]), true);
  return bytes;
}

/** @param {Random} random */
export async function zipImport(random) {
  const bytes = zipArchive(random);
  try {
    const { files, folders, links } = await importZip(new File([bytes], 'hostile.zip'));
    for (const path of [...files.keys(), ...folders, ...links.keys()]) assert.deepEqual(parsePath(path), { path });
    for (const path of files.keys()) assert.ok(!folders.has(path) && !links.has(path));
  } catch (error) {
    requireDeclared(error, JampotError);
  }
}

/** @param {Random} random */
export async function zipDeploy(random) {
  const bytes = zipArchive(random);
  try {
    for (const { path, bytes: read } of readZip(bytes, DEFAULT_EDGE_LIMITS)) {
      assert.ok(!path.startsWith('/') && !path.split('/').includes('..'), `unsafe path ${JSON.stringify(path)}`);
      try {
        assert.ok((await read()).length <= DEFAULT_EDGE_LIMITS.fileBytes);
      } catch (error) {
        requireDeclared(error, ProblemError);
      }
    }
  } catch (error) {
    requireDeclared(error, ProblemError);
  }
}
