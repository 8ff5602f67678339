// Judges are tools of others that tests run against ours. They are large, so each has a manifest and lockfile of its own and is installed when a test asks.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs `scripts/judges/<name>` into `generated/judges/<name>`, unless what its lockfile says is there already. Needs the npm registry.
 * @param {string} root the repository's folder
 * @param {string} name
 * @returns {string} the folder that has `node_modules`
 */
export function installJudge(root, name) {
  const source = join(root, 'scripts', 'judges', name);
  const folder = join(root, 'generated', 'judges', name);
  const marker = join(folder, 'installed');
  const digest = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return folder;
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(folder, file));
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', npm, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) {
    throw new Error(`The judge “${name}” could not be installed: it needs the npm registry.\n${error?.message ?? stderr}`);
  }
  writeFileSync(marker, digest);
  return folder;
}
