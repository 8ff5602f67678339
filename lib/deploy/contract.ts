/** What every adapter does, whatever happens on the way. Run by `contract.test.ts` over all of them. */
import { describe, expect, it } from 'vitest';
import type { DeployAdapter, DeployOptions, DeployProgress, DeployResult, SiteFile } from './adapter.ts';
import { DeployError, type DeployErrorCode } from './deploy-error.ts';
import { digestFiles } from './digest.ts';
import { createFaultyFetch, STEPS, type Fault, type FaultyFetch, type StepName } from './testing/faults.ts';

export interface ProviderUnderTest {
  /** The provider itself. */
  readonly fetch: typeof fetch;
  adapter(fetch: typeof globalThis.fetch): DeployAdapter;
  /** With a key or token that is not the site's. */
  stranger(fetch: typeof globalThis.fetch): DeployAdapter;
  /** What the site shows now: SHA-1 by path, asked past the adapter. */
  live(site: string): Promise<Readonly<Record<string, string>>>;
  /** Deploys of the site that were given files and could still be published. */
  unfinished(site: string): Promise<number>;
}

/** Milliseconds; not an assertion: a store that waits for its disk may take long on a busy machine. */
const PATIENCE = 60_000;

const encoder = new TextEncoder();
type Tree = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

const OLD: Tree = {
  'index.html': '<h1>Old</h1>',
  'about/index.html': '<p>About</p>',
  'img/dot.png': Uint8Array.of(137, 80, 78, 71, 0, 255),
};
const NEW: Tree = { ...OLD, 'index.html': '<h1>New</h1>', 'posts/first/index.html': '<p>First</p>', 'feed.xml': '<feed/>' };

const filesOf = (tree: Tree): Promise<SiteFile[]> =>
  digestFiles(
    Object.entries(tree).map(([path, content]) => ({ path, bytes: typeof content === 'string' ? encoder.encode(content) : content })),
  );
const shasOf = async (tree: Tree): Promise<Record<string, string>> =>
  Object.fromEntries((await filesOf(tree)).map(({ path, digest }) => [path, digest.sha1]));

/** Waits in tests take no time, and end when they are aborted. */
export function shortWait(_milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(() => (signal?.aborted === true ? reject(signal.reason as Error) : resolve()), 1);
  });
}

interface Scene {
  readonly provider: ProviderUnderTest;
  readonly adapter: DeployAdapter;
  readonly faults: FaultyFetch;
  /** A site that shows OLD. */
  readonly site: string;
  readonly first: DeployResult;
  deploy(tree: Tree, options?: Partial<DeployOptions>): Promise<DeployResult>;
  /** The site shows OLD, and nothing is on its way that could change that. */
  expectWhole(): Promise<void>;
}

const results = new Map<string, Map<string, boolean>>();

/** The promises and who keeps them. */
export function contractTable(): string {
  const names = [...results.keys()];
  const promises = [...new Set([...results.values()].flatMap((kept) => [...kept.keys()]))];
  const width = Math.max(...promises.map(({ length }) => length));
  const row = (head: string, cells: readonly string[]): string =>
    [head.padEnd(width), ...cells.map((cell, i) => cell.padEnd(names[i]?.length ?? 0))].join('  ');
  return [
    row('promise', names),
    ...promises.map((promise) =>
      row(
        promise,
        names.map((name) => ({ true: 'kept', false: 'BROKEN', undefined: '–' })[String(results.get(name)?.get(promise))] ?? ''),
      ),
    ),
  ].join('\n');
}

export function describeDeployAdapter(name: string, open: () => Promise<ProviderUnderTest>): void {
  const kept = new Map<string, boolean>();
  results.set(name, kept);

  const promise = (title: string, check: (scene: Scene) => Promise<void>): void => {
    const run = async (): Promise<void> => {
      kept.set(title, false);
      await check(await openScene(await open()));
      kept.set(title, true);
    };
    it(`${title}`, run, PATIENCE);
  };

  describe(`${name}, a DeployAdapter`, () => {
    promise('publishes all files of a new site', async ({ provider, first, adapter, site }) => {
      expect(await provider.live(site)).toEqual(await shasOf(OLD));
      expect(first.uploaded.files).toBe(3);
      expect(first.url).toMatch(/^https?:/);
      expect(first.previewUrl).toContain(first.deployId);
      expect((await adapter.site(site)).published).toBe(first.deployId);
      expect((await adapter.sites()).map(({ id }) => id)).toContain(site);
    });

    promise('sends only what the provider lacks', async ({ provider, deploy, faults, site }) => {
      const from = faults.requests.length;
      const second = await deploy(NEW);
      expect(second.uploaded.files).toBe(3);
      expect(second.skipped.files).toBe(2);
      expect(faults.requests.slice(from).filter((request) => STEPS['send a file'].test(request))).toHaveLength(3);
      expect(await provider.live(site)).toEqual(await shasOf(NEW));
      expect((await deploy(NEW)).uploaded).toEqual({ files: 0, bytes: 0 });
    });

    promise('takes empty files, the same bytes at several paths, and odd names', async ({ provider, deploy, site }) => {
      const tree = {
        'index.html': 'x',
        'copy.html': 'x',
        empty: '',
        'ü ö/a b+c%20&d.html': 'odd',
        '.well-known/x': 'dot',
        'a/b/c/d/e.txt': 'deep',
      };
      await deploy(tree);
      expect(await provider.live(site)).toEqual(await shasOf(tree));
    });

    promise('takes 150 files', async ({ provider, deploy, site }) => {
      const tree = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`p/${i}.html`, `page ${i}`]));
      expect((await deploy(tree)).uploaded.files).toBe(150);
      expect(await provider.live(site)).toEqual(await shasOf(tree));
    });

    promise('tells progress file by file, never backwards', async ({ deploy }) => {
      const seen: DeployProgress[] = [];
      await deploy(NEW, { onProgress: (progress) => void seen.push(progress) });
      const done = seen.map(({ done }) => done.bytes);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toMatchObject({ phase: 'publishing', done: { files: 3 }, total: { files: 3 } });
      expect(seen.flatMap(({ path }) => path ?? [])).toEqual(expect.arrayContaining(['index.html', 'feed.xml', 'posts/first/index.html']));
    });

    promise(
      'leaves the site alone for a preview, which can be published later',
      async ({ provider, adapter, deploy, site, expectWhole }) => {
        const preview = await deploy(NEW, { draft: true, message: 'look at this' });
        await expectWhole();
        expect(preview.previewUrl).not.toBe(preview.url);
        const [newest] = await adapter.deploys(site);
        expect(newest).toMatchObject({
          id: preview.deployId,
          draft: true,
          published: false,
          message: 'look at this',
          url: preview.previewUrl,
        });
        await adapter.rollback(site, preview.deployId);
        expect(await provider.live(site)).toEqual(await shasOf(NEW));
      },
    );

    promise('lists deploys and rolls back, and forth again', async ({ provider, adapter, deploy, first, site }) => {
      const second = await deploy(NEW, { message: 'More, & <b>better</b>' });
      const list = await adapter.deploys(site);
      expect(list.map(({ id, published, message }) => [id, published, message])).toEqual([
        [second.deployId, true, 'More, & <b>better</b>'],
        [first.deployId, false, 'first'],
      ]);
      expect(list.every(({ created }) => created > 1_700_000_000_000)).toBe(true);
      await adapter.rollback(site, first.deployId);
      expect(await provider.live(site)).toEqual(await shasOf(OLD));
      expect((await adapter.deploys(site)).find(({ published }) => published)?.id).toBe(first.deployId);
      await adapter.rollback(site, second.deployId);
      expect(await provider.live(site)).toEqual(await shasOf(NEW));
    });

    promise('holds a locked site, lets previews through, and goes on once it is unlocked', async (scene) => {
      const { adapter, deploy, site, provider, expectWhole } = scene;
      await adapter.setLock(site, true);
      expect((await adapter.site(site)).locked).toBe(true);
      await expectFailure(deploy(NEW), 'locked');
      await deploy(NEW, { draft: true });
      await expectWhole();
      await adapter.setLock(site, false);
      await deploy(NEW);
      expect(await provider.live(site)).toEqual(await shasOf(NEW));
    });

    promise('refuses a stranger', async ({ provider, faults, site, expectWhole }) => {
      const stranger = provider.stranger(faults.fetch);
      const error = await stranger.deploy(await filesOf(NEW), options({ site })).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DeployError);
      expect(['unauthorized', 'forbidden', 'site-gone']).toContain((error as DeployError).code);
      await expectWhole();
    });

    const passing: Readonly<Record<string, Fault>> = {
      'the connection is cut before': { kind: 'cut-before' },
      'the connection is cut after': { kind: 'cut-after' },
      'a 429 with Retry-After meets': { kind: 'status', status: 429, headers: { 'Retry-After': '2' } },
      'a 500 meets': { kind: 'status', status: 500 },
    };
    for (const [what, fault] of Object.entries(passing)) {
      promise(`goes on when ${what} each step`, async ({ provider, faults, deploy, site, adapter }) => {
        let turn = 0;
        for (const step of Object.values(STEPS)) {
          turn += 1;
          const tree = { ...NEW, 'turn.txt': `${turn}` };
          faults.inject(step, fault, 2);
          const { deployId } = await deploy(tree);
          faults.heal();
          expect(await provider.live(site)).toEqual(await shasOf(tree));
          expect((await adapter.site(site)).published).toBe(deployId);
        }
      });
    }

    promise('makes one site when the answer to making it is lost', async ({ provider, faults, adapter }) => {
      faults.inject(/^POST .*\/sites$/, { kind: 'cut-after' }, 1);
      const before = await adapter.sites();
      const { siteId } = await adapter.deploy(await filesOf(OLD), options({ name: 'only-once' }));
      expect(await provider.live(siteId)).toEqual(await shasOf(OLD));
      expect((await adapter.sites()).length).toBe(before.length + 1);
    });

    const lasting: Readonly<Record<string, readonly [Fault, DeployErrorCode]>> = {
      'the connection stays cut before': [{ kind: 'cut-before' }, 'unreachable'],
      'a 401 meets': [{ kind: 'status', status: 401, body: { code: 401, message: 'Access Denied, says the provider' } }, 'unauthorized'],
      'a long 429 meets': [{ kind: 'status', status: 429, headers: { 'Retry-After': '3600' } }, 'rate-limited'],
      'a 500 stays at': [{ kind: 'status', status: 500, body: { message: 'It broke' } }, 'provider-failed'],
      'a full disk (507) meets': [{ kind: 'status', status: 507, body: { message: 'No space left' } }, 'provider-full'],
      'a 422 meets': [{ kind: 'status', status: 422, body: { message: 'Not like this' } }, 'refused'],
    };
    for (const [what, [fault, code]] of Object.entries(lasting)) {
      promise(`leaves the site whole when ${what} each step, and succeeds afterwards`, async (scene) => {
        for (const step of Object.keys(STEPS) as StepName[]) await expectLeftWhole(scene, step, fault, code);
        const { deploy, provider, site } = scene;
        await deploy(NEW);
        expect(await provider.live(site)).toEqual(await shasOf(NEW));
      });
    }

    promise('sends a file again that the provider forgot', async ({ provider, faults, deploy, site }) => {
      faults.inject(STEPS['send a file'], { kind: 'forget', body: {} }, 1);
      await deploy(NEW);
      expect(await provider.live(site)).toEqual(await shasOf(NEW));
    });

    promise('gives up on a file that the provider forgets for ever, the site whole', async ({ faults, deploy, expectWhole }) => {
      faults.inject(/\/files\/feed\.xml$/, { kind: 'forget', body: {} });
      const error = await expectFailure(deploy(NEW), 'file-forgotten');
      expect(error.message).toContain('feed.xml');
      await expectWhole();
    });

    promise('is cancelled at each step, cleanly', async (scene) => {
      const { faults, deploy, adapter, site, expectWhole, provider } = scene;
      const before = (await adapter.deploys(site)).length;
      for (const step of ['show the site', 'make the deploy', 'hand in the digests', 'send a file'] as const) {
        const controller = new AbortController();
        faults.inject(STEPS[step], { kind: 'cut-before' }, 1, () => controller.abort());
        await expectFailure(deploy(NEW, { signal: controller.signal }), 'cancelled');
        faults.heal();
        await expectWhole();
        expect(await adapter.deploys(site)).toHaveLength(before);
      }
      await deploy(NEW);
      expect(await provider.live(site)).toEqual(await shasOf(NEW));
    });

    promise('tells the truth when a cancellation comes too late', async ({ faults, deploy, provider, site }) => {
      const controller = new AbortController();
      faults.inject(STEPS['look at the deploy'], { kind: 'cut-before' }, 1, () => controller.abort());
      const settled = await deploy(NEW, { signal: controller.signal }).catch((reason: unknown) => reason);
      const isLive = JSON.stringify(sorted(await provider.live(site))) === JSON.stringify(sorted(await shasOf(NEW)));
      if (isLive) expect(settled).toMatchObject({ siteId: site });
      else expect(settled).toMatchObject({ code: 'cancelled' });
    });

    promise('refuses answers that are not the API’s', async ({ faults, deploy, expectWhole }) => {
      faults.inject(STEPS['hand in the digests'], { kind: 'forget', body: { id: 7 } }, 1);
      await expectFailure(deploy(NEW), 'bad-answer');
      await expectWhole();
    });
  });
}

async function expectLeftWhole({ faults, deploy, expectWhole }: Scene, step: StepName, fault: Fault, code: DeployErrorCode): Promise<void> {
  // Whatever was sent before, the step has to be reached: each time there is something new to send.
  const tree = { ...NEW, 'turn.txt': `${step} ${code}` };
  // The last file's upload publishes the deploy: what comes after it may fail, and the deploy is cancelled or known to be published.
  const isLast = step === 'look at the deploy';
  if (isLast) faults.inject(STEPS['send a file'], { kind: 'forget', body: {} });
  faults.inject(STEPS[step], fault);
  const error = await expectFailure(deploy(tree), code);
  if (fault.kind === 'status')
    expect(error.said).toBe((fault.body as { message?: string } | undefined)?.message ?? `Fault ${fault.status}`);
  faults.heal();
  await expectWhole();
}

async function expectFailure(deploy: Promise<DeployResult>, code: DeployErrorCode): Promise<DeployError> {
  const error = await deploy.then(
    () => new Error('The deploy succeeded.'),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'DeployError', code });
  return error as DeployError;
}

function options(change: Partial<DeployOptions>): DeployOptions {
  return { site: null, name: 'my-site', message: 'test', draft: false, signal: new AbortController().signal, ...change };
}

const sorted = (shas: Readonly<Record<string, string>>): unknown => Object.entries(shas).sort(([a], [b]) => (a < b ? -1 : 1));

async function openScene(provider: ProviderUnderTest): Promise<Scene> {
  const faults = createFaultyFetch(provider.fetch);
  const adapter = provider.adapter(faults.fetch);
  const first = await adapter.deploy(await filesOf(OLD), options({ message: 'first' }));
  const site = first.siteId;
  return {
    provider,
    adapter,
    faults,
    site,
    first,
    deploy: async (tree, change = {}) => adapter.deploy(await filesOf(tree), options({ site, ...change })),
    async expectWhole() {
      expect(await provider.unfinished(site)).toBe(0);
      expect(await provider.live(site)).toEqual(await shasOf(OLD));
    },
  };
}
