import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, stepRecord, writeAtomically } from './incremental.mjs';
import { asLinux } from './linux-tables.mjs';
import { findNodeBinary, runForJson } from './node-binary.mjs';

/**
 * Extracts Node's library and what its bindings expose as plain data into `generated/node/`:
 * `builtins.json` ({id: source}), `dumps.json` (see dump-bindings.cjs for its encoding), `command-line.json` (ids that a
 * command line loads: the part of the library that every process gets at once), `root-certificates.json` (base64 DER).
 * @param {string} root the project's folder
 * @returns {{ version: string, folder: string, changed: boolean }}
 */
export function extractNode(root) {
  const folder = join(root, 'generated', 'node');
  const { path, version } = findNodeBinary(root);
  const scripts = [
    'dump-builtins.cjs',
    'dump-bindings.cjs',
    'dump-command-line.cjs',
    'dump-certificates.cjs',
    'extract-node.mjs',
    'linux-tables.mjs',
    'linux-x64.json',
  ].map((name) => join(root, 'scripts', 'engine', name));
  const { size } = statSync(path);
  const key = hashFiles(scripts, [version, process.platform, process.arch, String(size)]);
  const record = stepRecord(folder, '.extract');
  const outputs = ['builtins.json', 'dumps.json', 'command-line.json', 'root-certificates.json'].map((name) => join(folder, name));
  if (record.read()?.key === key && outputs.every((file) => existsSync(file))) return { version, folder, changed: false };

  const [builtins, bindings, commandLine, certificates] = scripts;
  if (!builtins || !bindings || !commandLine || !certificates) throw new Error('The extraction scripts are incomplete.');
  writeAtomically(join(folder, 'builtins.json'), JSON.stringify(runForJson(path, builtins)));
  const dumps = /** @type {Parameters<typeof asLinux>[0]} */ (runForJson(path, bindings));
  writeAtomically(join(folder, 'dumps.json'), JSON.stringify(asLinux(dumps)));
  writeAtomically(join(folder, 'command-line.json'), JSON.stringify(runForJson(path, commandLine)));
  writeAtomically(join(folder, 'root-certificates.json'), JSON.stringify(runForJson(path, certificates)));
  record.write({ key });
  return { version, folder, changed: true };
}
