import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../storage/open-storage.ts';
import { EdgeCollector } from './collect-edge.ts';
import { createEdgeApi } from './edge-api.ts';
import { BASE, edgeClient, NO_RATES, sha1, type Tree } from './testing/edge-client.ts';

const KILLS = 50;
const SITES = 3;
const FILES = 5;

/** Some files of its own, one that every deploy of every site has. Each says which deploy it is of. */
function treeOf(site: number, number: number): Tree {
  const tree: Record<string, string> = { 'common.txt': 'the same everywhere' };
  for (let file = 0; file < FILES; file += 1) tree[`${file}.txt`] = `${site} ${number} ${file} ${'x'.repeat(3000)}`;
  return tree;
}

it(
  `loses no deploy that was acknowledged and shows none by halves when the server is killed ${KILLS} times`,
  { timeout: 600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edge-kill-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    // A bundle starts in a fraction of the time.
    const program = join(folder, 'edge-server.mjs');
    const entry = join(import.meta.dirname, 'testing', 'edge-server.ts');
    buildSync({ entryPoints: [entry], outfile: program, bundle: true, format: 'esm', platform: 'node', target: 'node20.9' });
    const storage = openStorage(join(folder, 'edge'));
    /** A server that nobody kills, on the same folder. */
    const witness = () => edgeClient(createEdgeApi({ storage, base: BASE, rates: NO_RATES }), storage);
    const sites = await Promise.all(Array.from({ length: SITES }, (_, site) => witness().createSite(`site-${site}`)));
    /** Number of the last deploy of each site that was acknowledged as published, and all such deploys. */
    const published = sites.map(() => -1);
    const promised: { site: number; number: number; url: string }[] = [];
    const uploaded: { site: number; sha1: string }[] = [];
    let interrupted = 0;
    let number = 0;

    /** The site shows one whole deploy, not older than what was acknowledged. */
    const expectWhole = async (site: number): Promise<void> => {
      const { page } = witness();
      const url = sites[site]?.url ?? '';
      const first = await page(url, '/0.txt');
      if (first.status === 404) return expect(published[site]).toBe(-1);
      const shown = Number((await first.text()).split(' ')[1]);
      expect(shown).toBeGreaterThanOrEqual(published[site] ?? 0);
      for (const [path, content] of Object.entries(treeOf(site, shown))) expect(await (await page(url, `/${path}`)).text()).toBe(content);
    };

    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [program, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, JAMPOT_BASE_URL: BASE.origin },
      });
      const ended = once(child, 'close');
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const origin = `http://127.0.0.1:${Number(line.toString())}`;
      const client = edgeClient(
        {
          async handle(request) {
            const { pathname, search } = new URL(request.url);
            const body = request.body === null ? null : await request.arrayBuffer();
            return fetch(`${origin}${pathname}${search}`, { method: request.method, headers: request.headers, body });
          },
        },
        storage,
      );
      let requests = 0;
      let enough = (): void => {};
      const reached = new Promise<void>((resolve) => (enough = resolve));
      const deployOnAndOn = async (site: number): Promise<void> => {
        for (;;) {
          const mine = (number += 1);
          const tree = treeOf(site, mine);
          try {
            const { id, required, deploy_url: url } = await client.prepare(sites[site]?.id ?? '', tree);
            for (const [path, content] of Object.entries(tree)) {
              if (!required.includes(sha1(content))) continue;
              if ((await client.upload(id, path, content)).ok) uploaded.push({ site, sha1: sha1(content) });
              requests += 1;
              // In the middle of one deploy or another.
              if (requests > (kill * 5) % 37) enough();
            }
            if ((await client.getDeploy(id)).state !== 'ready') throw new Error('All was sent, and the deploy is not ready.');
            published[site] = Math.max(published[site] ?? -1, mine);
            promised.push({ site, number: mine, url });
          } catch (error) {
            if (!child.killed) throw error;
            interrupted += 1;
            return;
          }
        }
      };
      const deploying = Promise.all(sites.map((_, site) => deployOnAndOn(site)));
      await Promise.race([reached, deploying]);
      await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 23));
      expect(child.exitCode).toBeNull();
      child.kill('SIGKILL');
      await Promise.all([ended, deploying]);
      for (const site of sites.keys()) await expectWhole(site);
    }

    expect(interrupted).toBe(KILLS * SITES);
    expect(promised.length).toBeGreaterThan(KILLS);
    const { page } = witness();
    for (const { site, number, url } of promised) {
      for (const [path, content] of Object.entries(treeOf(site, number))) expect(await (await page(url, `/${path}`)).text()).toBe(content);
    }
    // A file whose upload was acknowledged need not be sent again.
    for (const { site, sha1: sha } of uploaded) expect(await storage.pointers.get(`contents/${sites[site]?.id}/${sha}`)).not.toBeNull();

    // What the killed have left is collected once it is old: temporary files, and deploys that nobody finished. What was acknowledged stays.
    await storage.collect(0);
    const later = Date.now() + 3 * 24 * 60 * 60 * 1000;
    const collector = new EdgeCollector(createEdgeApi({ storage, base: BASE, rates: NO_RATES, now: () => later }).edge, 1);
    for (let times = 0; times < 3; times += 1) await collector.collect();
    const states: string[] = [];
    for (const { id } of sites)
      states.push(...(await witness().json<{ state: string }[]>('GET', `/sites/${id}/deploys`)).map(({ state }) => state));
    expect(new Set(states)).toEqual(new Set(['ready', 'error']));
    for (const { site, number, url } of promised) {
      for (const [path, content] of Object.entries(treeOf(site, number)))
        expect(await (await witness().page(url, `/${path}`)).text()).toBe(content);
    }
    for (const kind of [join('blobs', 'temporary'), join('pointers', '@temporary')])
      expect(readdirSync(join(folder, 'edge', 'storage', kind))).toEqual([]);
  },
);
