import assert from 'node:assert/strict';
import { InstallError } from '../../../engine/install/errors.ts';
import { readTar } from '../../../engine/install/tar.ts';
import { paxRecord, tar as writeTar } from '../../../engine/install/testing/fake-registry.ts';
import { requireDeclared } from '../declared.mjs';

/** @typedef {import('../random.mjs').Random} Random */

const HOSTILE = ['-512', '-1024', '1e9', '0x10', 'NaN', '99999999999999999999', '1.5'];

/** @param {Random} random */
export function tar(random) {
  const written = [];
  const files = [];
  const isSound = random.chance(0.3);
  for (let left = 1 + random.below(5); left > 0; left -= 1) {
    const name = `package/${random.text(60).toWellFormed().replaceAll('\0', '') || 'x'}`;
    const content = random.text(900).toWellFormed();
    const mode = random.below(0o10000);
    // The writer has no prefix field: longer names and what is not ASCII come in a pax header, as npm writes them.
    if (!/^[\x20-\x7e]{1,100}$/.test(name) || random.chance(0.2)) files.push({ path: 'pax', content: paxRecord('path', name), type: 'x' });
    if (!isSound && random.chance(0.3)) {
      const record = paxRecord(random.pick(['size', 'path', '__proto__']), random.pick([...HOSTILE, random.text(20).toWellFormed()]));
      files.push({ path: 'pax', content: record, type: random.pick(['x', 'g']) });
    }
    files.push({ path: files.at(-1)?.type === 'x' ? 'short' : name, content, mode });
    written.push({ path: name, type: name.endsWith('/') ? 'directory' : 'file', mode, content });
  }
  const archive = writeTar(files);
  if (isSound) {
    const read = [...readTar(archive)].map(({ path, type, mode, data }) => ({
      path,
      type,
      mode,
      content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(data),
    }));
    return assert.deepEqual(read, written);
  }
  const hostile = random.chance(0.5) ? archive : random.mutate(archive);
  try {
    let entries = 0;
    for (const { path, data, mode } of readTar(hostile)) {
      assert.ok((entries += 1) <= hostile.length / 512, 'more entries than blocks');
      assert.equal(typeof path, 'string');
      assert.ok(mode >= 0 && mode <= 0o7777);
      assert.ok(data.byteOffset >= hostile.byteOffset && data.byteOffset + data.length <= hostile.byteOffset + hostile.length);
    }
  } catch (error) {
    requireDeclared(error, InstallError);
  }
}
