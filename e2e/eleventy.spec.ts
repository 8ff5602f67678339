/**
 * The engine's proof: the Eleventy template is built in the page and by native Node from the same files, and every file that comes out is the same.
 * Needs the registry: both sides install from it; where it cannot be reached the install fails with npm's words.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Page } from '@playwright/test';
import { findNodeBinary } from '../scripts/engine/node-binary.mjs';
import { expect, test } from './support/test.ts';

const ROOT = join(import.meta.dirname, '..');
const TEMPLATE = join(ROOT, 'templates', 'eleventy-blog');

type Hashes = Readonly<Record<string, string>>;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('node_modules/') && !path.startsWith('_site/'))
    .toSorted();
}

/** Builds the template with the pinned Node 24, in a folder of its own. */
function buildNatively(): Hashes {
  const folder = mkdtempSync(join(tmpdir(), 'jampot-native-'));
  try {
    for (const path of filesBelow(TEMPLATE)) cpSync(join(TEMPLATE, path), join(folder, path), { recursive: true });
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const { path: node } = findNodeBinary(ROOT);
    execFileSync(node, ['node_modules/@11ty/eleventy/cmd.cjs', '--quiet'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const site = join(folder, '_site');
    return Object.fromEntries(filesBelow(site).map((path) => [path, sha256(readFileSync(join(site, path)))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the template in the page, through the official client. */
async function buildInPage(page: Page): Promise<{ code: number; log: string; hashes: Hashes }> {
  const files = filesBelow(TEMPLATE).map((path) => [path, readFileSync(join(TEMPLATE, path)).toString('base64')] as const);
  return page.evaluate(async (sources) => {
    const container = await webcontainer.WebContainer.boot({ coep: 'require-corp' });
    const decode = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    for (const [path, content] of sources) {
      const folder = path.split('/').slice(0, -1).join('/');
      if (folder !== '') await container.fs.mkdir(folder, { recursive: true });
      await container.fs.writeFile(path, decode(content));
    }
    let log = '';
    const run = async (command: string, args: string[]) => {
      const process = await container.spawn(command, args);
      void process.output.pipeTo(new WritableStream({ write: (text) => void (log += text) }));
      return process.exit;
    };
    const code = (await run('npm', ['ci'])) || (await run('npm', ['run', 'build']));
    const hashes: Record<string, string> = {};
    const visit = async (folder: string) => {
      for (const entry of await container.fs.readdir(folder, { withFileTypes: true })) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) await visit(path);
        else {
          const digest = await crypto.subtle.digest('SHA-256', (await container.fs.readFile(path)) as Uint8Array<ArrayBuffer>);
          hashes[path.slice('_site/'.length)] = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        }
      }
    };
    if (code === 0) await visit('_site');
    return { code, log, hashes };
  }, files);
}

test.describe('the Eleventy template', () => {
  test('is built in the page byte for byte as by native Node', async ({ openClient }) => {
    test.setTimeout(240_000);
    const page = await openClient();
    const built = await buildInPage(page);
    expect(built.code, built.log).toBe(0);
    const native = buildNatively();
    expect(Object.keys(native).length).toBeGreaterThan(5);
    expect(built.hashes).toEqual(native);
    console.log(`${Object.keys(native).length} of ${Object.keys(native).length} files identical`);
  });
});
