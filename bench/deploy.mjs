// A deploy of 500 files to the embedded edge, and the next one after one of them changed: the IDE's own deployer over the server's API.
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { median } from './statistics.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const PAGES = 450;
const IMAGES = 40;
const ASSETS = 10;

/**
 * What a deploy took, from the bytes of the files to the published site: hashing, and every request until the server said that it is ready.
 * @typedef {{ milliseconds: number, requests: number, sent: number, files: number }} Cost `sent` in bytes of request bodies, `files` that were uploaded
 */

/**
 * @param {number} port of a running server
 * @param {number} samples each with a site and contents of its own
 * @returns {Promise<Record<string, Cost>>} medians by metric
 */
export async function measureDeploys(port, samples) {
  const { createEdgeAdapter, digestFiles } = await loadDeployer();
  /** @type {Record<string, Cost[]>} */
  const measured = { 'deploy of 500 files': [], 'deploy after one change': [] };
  for (let sample = 0; sample < samples; sample += 1) {
    const files = makeFiles();
    const key = randomBytes(32).toString('base64url');
    /** @type {string | null} */
    let site = null;
    for (const costs of Object.values(measured)) {
      const counted = countingFetch();
      const adapter = createEdgeAdapter({ base: `http://127.0.0.1:${port}`, key, fetch: counted.fetch });
      const started = performance.now();
      const result = await adapter.deploy(await digestFiles(files), {
        site,
        name: `bench-${Date.now().toString(36)}-${sample}`,
        message: 'Benchmark',
        draft: false,
        signal: new AbortController().signal,
      });
      costs.push({ milliseconds: performance.now() - started, ...counted.total(), files: result.uploaded.files });
      site = result.siteId;
      if ((await adapter.site(site)).published !== result.deployId) throw new Error('The site does not show what was deployed.');
      const [first] = files;
      if (first !== undefined) files[0] = { ...first, bytes: text(`changed ${sample}`) };
    }
  }
  return Object.fromEntries(Object.entries(measured).map(([metric, costs]) => [metric, medianCost(costs)]));
}

/** The deployer is TypeScript, which the Node that runs this need not know. */
async function loadDeployer() {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    stdin: {
      contents: `export { createEdgeAdapter } from './lib/deploy/providers/edge.ts'; export { digestFiles } from './lib/deploy/digest.ts';`,
      resolveDir: root,
    },
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.9',
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return /** @type {Promise<typeof import('../lib/deploy/providers/edge.ts') & typeof import('../lib/deploy/digest.ts')>} */ (
    import(`data:text/javascript;base64,${code}`)
  );
}

/** Sizes as a blog with pictures has them, about 6 MB; nothing of it is on the server yet. @returns {{ path: string, bytes: Uint8Array<ArrayBuffer> }[]} */
function makeFiles() {
  const files = [];
  const mark = randomBytes(8).toString('hex');
  for (let index = 0; index < PAGES; index += 1)
    files.push({
      path: `posts/${index}/index.html`,
      bytes: text(`<h1>${mark} ${index}</h1>${'<p>Some text of a page.</p>\n'.repeat(300)}`),
    });
  for (let index = 0; index < IMAGES; index += 1) files.push({ path: `img/${index}.webp`, bytes: new Uint8Array(randomBytes(50_000)) });
  for (let index = 0; index < ASSETS; index += 1) files.push({ path: `assets/${index}.js`, bytes: new Uint8Array(randomBytes(30_000)) });
  return files;
}

function countingFetch() {
  let requests = 0;
  let sent = 0;
  return {
    /** @type {typeof fetch} */
    fetch: (input, init) => {
      requests += 1;
      const body = init?.body;
      sent += typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : 0;
      return fetch(input, init);
    },
    total: () => ({ requests, sent }),
  };
}

/** @param {readonly Cost[]} costs @returns {Cost} */
function medianCost(costs) {
  const of = (/** @type {keyof Cost} */ name) => median(costs.map((cost) => cost[name]));
  return { milliseconds: of('milliseconds'), requests: of('requests'), sent: of('sent'), files: of('files') };
}

/** @param {string} content @returns {Uint8Array<ArrayBuffer>} */
function text(content) {
  return new TextEncoder().encode(content);
}
