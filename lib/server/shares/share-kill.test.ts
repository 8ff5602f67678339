import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createShareClient, ShareError, type ShareClient } from '../../share/client.ts';
import { buildManifest, DEFAULT_LIMITS } from '../../share/manifest.ts';
import { guessExecutables, type ProjectFiles } from '../../project/project-files.ts';
import { openStorage } from '../storage/open-storage.ts';
import { ShareStore } from './share-store.ts';

const KILLS = 25;
const AUTHORS = 3;

async function startServer(folder: string): Promise<{ child: ChildProcess; client: ShareClient }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'share-server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const base = `http://127.0.0.1:${Number(line.toString())}/api/shares`;
  return { child, client: createShareClient({ fetch, base, sleep: () => Promise.resolve() }) };
}

/** Some files of its own, some that every author and version has. */
function project(author: string, number: number): ProjectFiles {
  const files = new Map<string, string>([['common.txt', 'the same everywhere']]);
  for (let index = 0; index < 6; index += 1) files.set(`own/${index}.txt`, `${author} ${number} ${index} ${'x'.repeat(20_000)}`);
  return { files, folders: new Set(['own', 'empty']), links: new Map([['link', 'common.txt']]), executables: guessExecutables(files) };
}

it(
  `loses no version that was acknowledged and shows none by halves when the server is killed ${KILLS} times`,
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'share-kill-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    /** Number of the project's state by version, for each author. */
    const promised = new Map<string, Map<number, number>>();
    let interrupted = 0;

    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child, client } = await startServer(folder);
      const ended = once(child, 'close');
      let acknowledged = 0;
      let enough = (): void => {};
      const reached = new Promise<void>((resolve) => (enough = resolve));
      const publish = async (author: string): Promise<void> => {
        const key = author.repeat(32);
        for (let number = kill * 1000; ; number += 1) {
          try {
            const newest = (await client.versions(author).catch(unlessUnknown)).at(-1)?.version ?? 0;
            const content = await buildManifest(project(author, number), { name: author, template: null, from: null });
            const { version } = await client.publish(author, key, content, { expected: newest });
            promised.set(author, (promised.get(author) ?? new Map<number, number>()).set(version, number));
            acknowledged += 1;
            if (acknowledged > kill % 4) enough();
          } catch (error) {
            if (!(error instanceof ShareError && (error.code === 'UNREACHABLE' || error.code === 'SHARE_MOVED'))) throw error;
            if (child.killed) return void (interrupted += 1);
          }
        }
      };
      const authors = Promise.all(Array.from({ length: AUTHORS }, (_, index) => publish(`author-${index}`)));
      await Promise.race([reached, authors]);
      // Somewhere in the middle of what the authors do next.
      await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 40));
      expect(child.exitCode).toBeNull();
      child.kill('SIGKILL');
      await Promise.all([ended, authors]);
    }

    expect(interrupted).toBe(KILLS * AUTHORS);
    const { child, client } = await startServer(folder);
    onTestFinished(() => void child.kill('SIGKILL'));
    let checked = 0;
    for (const [author, versions] of promised) {
      const listed = await client.versions(author);
      expect(listed.map(({ version }) => version)).toEqual(listed.map((_, index) => index + 1));
      for (const { version } of listed) {
        const opened = await client.open(author, version);
        expect(opened.project.files.size).toBe(7);
        const number = versions.get(version);
        if (number === undefined) continue;
        expect(opened.project.files).toEqual(new Map([...project(author, number).files].sort()));
        versions.delete(version);
        checked += 1;
      }
      expect([...versions.keys()]).toEqual([]);
    }
    expect(checked).toBeGreaterThan(KILLS);

    // What the killed have left is collected once it is old: temporary files, and uploads that nobody finished.
    child.kill('SIGKILL');
    const storage = openStorage(folder);
    await storage.collect(0);
    const later = Date.now() + 2 * 24 * 60 * 60 * 1000;
    const store = new ShareStore({ storage, limits: DEFAULT_LIMITS, spared: 0, now: () => later });
    await store.collect();
    await store.collect();
    const used = new Set<string>();
    for (const author of promised.keys()) {
      for (const { version } of (await store.read(author)).versions) {
        const shared = await store.version(author, version);
        used.add(shared.version.manifest);
        for (const entry of shared.manifest.entries) if (entry.type === 'file') used.add(entry.hash);
      }
    }
    const blobs = join(folder, 'storage', 'blobs');
    const kept = readdirSync(blobs, { recursive: true }).map((name) => String(name).replace('/', ''));
    expect(new Set(kept.filter((name) => name.length === 64))).toEqual(used);
    expect(readdirSync(join(blobs, 'temporary'))).toEqual([]);
  },
);

function unlessUnknown(error: unknown): [] {
  if (error instanceof ShareError && error.code === 'SHARE_UNKNOWN') return [];
  throw error;
}
