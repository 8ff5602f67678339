import assert from 'node:assert/strict';
import { InstallError } from '../../../engine/install/errors.ts';
import { toManifest } from '../../../engine/install/manifest.ts';
import { parseSpec } from '../../../engine/install/spec.ts';
import { requireDeclared } from '../declared.mjs';

/** @typedef {import('../random.mjs').Random} Random */

const FIELDS = [
  ...[
    'name',
    'version',
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
    'peerDependenciesMeta',
    'bundleDependencies',
  ],
  ...[
    'bundledDependencies',
    'bin',
    'engines',
    'os',
    'cpu',
    'libc',
    'scripts',
    'workspaces',
    'overrides',
    'license',
    'deprecated',
    'funding',
  ],
  ...['hasInstallScript', '_hasShrinkwrap', '__proto__', 'constructor', 'directories'],
];

/** @param {Random} random @param {number} depth @returns {unknown} */
function json(random, depth) {
  if (depth > 0 && random.chance(0.6)) {
    if (random.chance(0.3)) return Array.from({ length: random.below(4) }, () => json(random, depth - 1));
    // As JSON.parse makes it: `__proto__` is a property like others.
    const entries = Array.from({ length: random.below(6) }, () => [
      random.chance(0.5) ? random.pick(FIELDS) : random.text(12),
      json(random, depth - 1),
    ]);
    return JSON.parse(`{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(',')}}`);
  }
  return random.pick([
    null,
    true,
    false,
    0,
    -1,
    1e300,
    '',
    '1.0.0',
    '^1',
    '../../x',
    '/etc/passwd',
    'npm:a@1',
    'file:../..',
    'a/b',
    random.text(30),
  ]);
}

/** @param {Random} random */
export function manifest(random) {
  const made = toManifest(json(random, 4));
  for (const [command, file] of Object.entries(made.bin ?? {})) {
    assert.ok(!command.includes('/') && command !== '..' && command !== '', `bin ${JSON.stringify(command)}`);
    assert.ok(!file.startsWith('/') && !file.split('/').includes('..'), `bin file ${JSON.stringify(file)}`);
  }
  for (const record of [
    made.dependencies,
    made.devDependencies,
    made.optionalDependencies,
    made.peerDependencies,
    made.scripts,
    made.engines,
  ])
    for (const item of Object.values(record ?? {})) assert.equal(typeof item, 'string');
  for (const list of [made.os, made.cpu, made.libc, made.workspaces, made.bundleDependencies])
    for (const item of list ?? []) assert.equal(typeof item, 'string');
  assert.deepEqual(Object.keys(Object.prototype), []);
  try {
    parseSpec(
      random.text(20),
      random.chance(0.5)
        ? random.text(40)
        : random.pick(['npm:', 'npm:@a/b@', 'file:', 'git+ssh://', 'github:a/b#semver:^1', 'http://', '~/x']),
      '/project',
    );
  } catch (error) {
    requireDeclared(error, InstallError);
  }
}
