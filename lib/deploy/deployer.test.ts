import { describe, expect, it, vi } from 'vitest';
import { createFakeEngine, type FakeEngine } from '../container/fake-engine.ts';
import { createProblemsStore } from '../errors/problems-store.ts';
import { detectScripts } from '../prebuild/detect.ts';
import { createPrebuild } from '../prebuild/prebuild.ts';
import { createProject, type Project } from '../project/project.ts';
import { shortWait } from './contract.ts';
import { createDeployer, siteName, type Deployer } from './deployer.ts';
import { hexDigest } from './digest.ts';
import type { DeployRecord } from './keys.ts';
import type { ReadLive } from './live-check.ts';
import { createNetlifyAdapter } from './providers/netlify.ts';
import type { ProviderId } from './provider-id.ts';
import { createFakeNetlify, type FakeNetlify } from './testing/fake-netlify.ts';
import { createFaultyFetch, STEPS, type FaultyFetch } from './testing/faults.ts';
import type { Tokens } from './tokens.ts';

interface Scene {
  readonly deployer: Deployer;
  readonly project: Project;
  readonly engine: FakeEngine;
  readonly fake: FakeNetlify;
  readonly faults: FaultyFetch;
  readonly record: () => DeployRecord | null;
  readonly builds: () => number;
  readonly problems: () => string[];
  /** Other bytes than those that were built are live from now on. */
  readonly spoil: () => void;
  /** Keeps the provider from answering these requests until the function that it returns is called. */
  readonly hold: (requests: RegExp) => () => void;
}

const SHA1 = (text: string): Promise<string> => hexDigest('SHA-1', new TextEncoder().encode(text));

function open(build: (engine: FakeEngine, project: Project) => number = buildPost): Scene {
  const files: [string, string][] = [
    ['package.json', JSON.stringify({ scripts: { build: 'x' }, devDependencies: { '@11ty/eleventy': '3' } })],
    ['post.md', 'one'],
  ];
  const project = createProject({ id: 'blog-abcdefghij', name: 'Blog', files });
  const problems = createProblemsStore();
  const engine = createFakeEngine({ 'npm run build': () => build(engine, project) });
  const settled = (): Promise<void> => Promise.resolve();
  const prebuild = createPrebuild({ project, problems, settled, again: settled, createManifest: () => {} });
  const fake = createFakeNetlify();
  let held: { readonly requests: RegExp; readonly over: Promise<void> } | null = null;
  const faults = createFaultyFetch(async (input, init) => {
    const request = new Request(input, init);
    if (held?.requests.test(`${request.method} ${new URL(request.url).pathname}`) === true) await held.over;
    return fake.fetch(request);
  });
  let record: DeployRecord | null = null;
  let token: string | null = 'fake-token';
  let spoiled = false;
  let builds = 0;
  const read: ReadLive = async (url) => {
    const path = new URL(url).pathname.slice(1).replace(/^$|\/$/, (slash) => `${slash}index.html`);
    const bytes = engine.files.get(`_site/${path}`);
    return { status: bytes === undefined ? 404 : 200, sha256: spoiled ? 'other' : await hexDigest('SHA-256', new Uint8Array(bytes ?? [])) };
  };
  const tokens: Tokens = {
    place: async () => (token === null ? 'none' : 'session'),
    token: () => token,
    keep: async (_provider, given) => void (token = given),
    unlock: async () => {},
    remove: async () => void (token = null),
  };
  const deployer = createDeployer({
    project,
    prebuild,
    problems,
    engine: () => engine,
    async build() {
      builds += 1;
      await prebuild.run(engine, detectScripts(project.store.getState().files));
    },
    records: () => ({ load: async () => record, save: async (_id, given) => void (record = given) }),
    tokens: () => tokens,
    // The edge's key is not what the fake takes.
    adapter: (provider: ProviderId, secret) =>
      createNetlifyAdapter({
        base: 'https://api.test',
        token: provider === 'edge' ? 'fake-token' : secret,
        fetch: faults.fetch,
        wait: shortWait,
      }),
    reader: () => ({ read, limit: Infinity }),
  });
  return {
    deployer,
    project,
    engine,
    fake,
    faults,
    record: () => record,
    builds: () => builds,
    problems: () => problems.store.getState().problems.map(({ title, cause }) => `${title}: ${cause}`),
    spoil: () => void (spoiled = true),
    hold(requests) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = { requests, over: promise };
      return () => {
        held = null;
        resolve();
      };
    },
  };
}

function buildPost(engine: FakeEngine, project: Project): number {
  engine.change('_site/index.html', `built from ${String(project.store.getState().files.get('post.md'))}`);
  engine.change('_site/x.png', Uint8Array.of(0, 1, 2));
  return 0;
}

const siteOf = ({ deployer }: Scene): string => deployer.store.getState().site?.id ?? '';
const published = { message: 'm', draft: false };

describe('Deployer.deploy', () => {
  it('builds, makes a site, sends, remembers, checks and lists', async () => {
    const scene = open();
    const seen: string[] = [];
    scene.deployer.store.subscribe(({ run }) => seen.at(-1) !== run.status && seen.push(run.status));
    await scene.deployer.deploy({ message: 'Hello', draft: false });
    expect(seen.filter((status) => status !== 'idle')).toEqual(['building', 'reading', 'sending', 'checking', 'done']);
    const { run, deploys, site } = scene.deployer.store.getState();
    expect(scene.fake.live(siteOf(scene))).toEqual({ 'index.html': await SHA1('built from one'), 'x.png': expect.any(String) });
    expect(run).toMatchObject({
      status: 'done',
      files: 2,
      result: { uploaded: { files: 2 } },
      checks: [{ checked: 2, different: [] }, { different: [] }],
    });
    expect(deploys).toMatchObject([{ message: 'Hello', published: true, size: { files: 2 }, changes: null }]);
    expect(site?.name).toBe('blog-abcdefghij');
    expect(scene.record()).toMatchObject({ sites: { edge: site?.id }, provider: 'edge' });
    expect(scene.record()?.key).toMatch(/^[\w-]{43}$/);
  });

  it('builds again only when the project changed, and sends only what changed', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    await scene.deployer.deploy(published);
    expect(scene.builds()).toBe(1);
    scene.project.write('post.md', 'two');
    await scene.deployer.deploy(published);
    expect(scene.builds()).toBe(2);
    const { run, deploys } = scene.deployer.store.getState();
    expect(run).toMatchObject({ status: 'done', result: { uploaded: { files: 1 }, skipped: { files: 1 } } });
    expect(deploys?.[0]?.changes).toEqual({ added: 0, changed: 1, removed: 0 });
  });

  it('builds again when a program wrote to the output since', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    scene.engine.change('_site/index.html', 'from the dev server');
    await scene.deployer.deploy(published);
    expect(scene.builds()).toBe(2);
    expect(scene.fake.live(siteOf(scene))['index.html']).toBe(await SHA1('built from one'));
  });

  it('sends nothing after a build that failed or left nothing, and shows why', async () => {
    const failed = open(() => 1);
    await failed.deployer.deploy(published);
    expect(failed.deployer.store.getState()).toMatchObject({ run: { status: 'failed' }, problem: { code: 'build' } });
    expect(failed.fake.requests).toEqual([]);
  });

  it('leaves the site alone for a preview', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    scene.project.write('post.md', 'two');
    await scene.deployer.deploy({ message: '', draft: true });
    expect(scene.fake.live(siteOf(scene))['index.html']).toBe(await SHA1('built from one'));
    expect(scene.deployer.store.getState()).toMatchObject({
      run: { draft: true, checks: [{ different: [] }] },
      deploys: [{ draft: true }, { published: true }],
    });
  });

  it('says so when something else is live', async () => {
    const scene = open();
    scene.spoil();
    await scene.deployer.deploy(published);
    const { run } = scene.deployer.store.getState();
    expect(run).toMatchObject({
      status: 'done',
      checks: [{ different: [{ path: 'index.html', reason: 'answers other bytes' }, { path: 'x.png' }] }, {}],
    });
  });

  it('reports a failure with the provider’s words, keeps the site, and goes on by its button', async () => {
    const scene = open();
    scene.faults.inject(STEPS['send a file'], { kind: 'status', status: 507, body: { message: 'Disk is full, says the provider' } });
    await scene.deployer.deploy(published);
    expect(scene.deployer.store.getState().run.status).toBe('failed');
    expect(scene.problems()).toEqual(['Can’t deploy: This server has no space left. It says: “Disk is full, says the provider”']);
    expect(scene.record()?.sites.edge).toBeDefined();
    scene.faults.heal();
    await scene.deployer.store.getState().problem?.action?.run();
    expect(scene.deployer.store.getState()).toMatchObject({ run: { status: 'done' }, problem: null });
    expect(scene.problems()).toEqual([]);
    expect(scene.fake.requests.filter((request) => request === 'POST /api/v1/sites')).toHaveLength(1);
  });

  it('is cancelled without a trace', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    scene.project.write('post.md', 'two');
    scene.faults.inject(STEPS['send a file'], { kind: 'cut-before' }, 1, () => scene.deployer.cancel());
    await scene.deployer.deploy(published);
    expect(scene.deployer.store.getState()).toMatchObject({ run: { status: 'cancelled' }, problem: null });
    expect(scene.fake.live(siteOf(scene))['index.html']).toBe(await SHA1('built from one'));
    expect(Object.values(scene.fake.states())).toEqual(['ready', 'error']);
  });

  it('runs once at a time', async () => {
    const scene = open();
    await Promise.all([scene.deployer.deploy(published), scene.deployer.deploy(published)]);
    expect(scene.deployer.store.getState().deploys).toHaveLength(1);
  });

  it('can run again once it is done, though the deploys are not listed yet', async () => {
    const scene = open();
    const list = scene.hold(/^GET .*\/deploys$/);
    const first = scene.deployer.deploy(published);
    await vi.waitFor(() => expect(scene.deployer.store.getState().run.status).toBe('done'));
    const second = scene.deployer.deploy({ message: 'again', draft: false });
    await vi.waitFor(() => expect(Object.values(scene.fake.states())).toEqual(['ready', 'ready']));
    list();
    await Promise.all([first, second]);
    expect(scene.deployer.store.getState()).toMatchObject({ run: { status: 'done' }, deploys: [{ message: 'again' }, { message: 'm' }] });
  });
});

describe('Deployer', () => {
  it('rolls back and forgets what it said of the site', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    const [first] = scene.deployer.store.getState().deploys ?? [];
    scene.project.write('post.md', 'two');
    await scene.deployer.deploy(published);
    await scene.deployer.rollback(first?.id ?? '');
    expect(scene.fake.live(siteOf(scene))['index.html']).toBe(await SHA1('built from one'));
    const { run, busy, deploys } = scene.deployer.store.getState();
    expect([run.status, busy, deploys?.map((deploy) => deploy.published)]).toEqual(['idle', null, [false, true]]);
  });

  it('locks, explains what that holds up, and unlocks', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    await scene.deployer.setLock(true);
    expect(scene.deployer.store.getState().site?.locked).toBe(true);
    await scene.deployer.deploy(published);
    expect(scene.problems()[0]).toContain('locked');
    await scene.deployer.setLock(false);
    expect(scene.deployer.store.getState()).toMatchObject({ site: { locked: false }, problem: null });
  });

  it('makes a new site in the place of one that is gone', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    const old = siteOf(scene);
    const gone = { kind: 'status', status: 404, body: { message: 'Not Found' } } as const;
    // Whichever of its questions is answered first.
    for (const asked of [`/sites/${old}$`, `/sites/${old}/deploys$`]) {
      scene.faults.heal();
      scene.faults.inject(new RegExp(`^GET .*${asked}`), gone);
      await scene.deployer.refresh();
      expect(scene.problems()).toEqual([expect.stringContaining('Can’t list the deploys: This server has no such site any more')]);
    }
    scene.faults.heal();
    scene.faults.inject(new RegExp(`^(?:GET|POST) .*/sites/${old}(?:/deploys)?$`), gone);
    await scene.deployer.deploy(published);
    expect(scene.problems()).toEqual([expect.stringContaining('Can’t deploy: This server has no such site any more')]);
    const { action } = scene.deployer.store.getState().problem ?? {};
    expect(action?.label).toBe('Make a new site');
    await action?.run();
    expect(siteOf(scene)).not.toBe(old);
    expect(scene.deployer.store.getState()).toMatchObject({ run: { status: 'done' }, problem: null, deploys: [{ published: true }] });
  });

  it('asks a provider with accounts in the name of a token only, and keeps none that it does not take', async () => {
    const scene = open();
    await scene.deployer.choose('netlify');
    expect(scene.deployer.store.getState()).toMatchObject({ token: 'session', account: { name: 'Fake Person, fake@example.com' } });
    await scene.deployer.removeToken();
    const asked = scene.fake.requests.length;
    expect(scene.deployer.store.getState()).toMatchObject({ token: 'none', account: null });
    await scene.deployer.refresh();
    expect(scene.fake.requests).toHaveLength(asked);
    await scene.deployer.keepToken('wrong', null);
    expect(scene.deployer.store.getState()).toMatchObject({ token: 'none', problem: { title: 'Can’t use this token' } });
    expect(scene.problems()[0]).toContain('Access Denied');
    await scene.deployer.keepToken('fake-token', null);
    expect(scene.deployer.store.getState()).toMatchObject({ token: 'session', problem: null });
    await scene.deployer.deploy(published);
    expect(scene.record()).toMatchObject({ provider: 'netlify', sites: { netlify: siteOf(scene) } });
  });

  it('brings the site and its deploys back', async () => {
    const scene = open();
    await scene.deployer.deploy(published);
    await scene.deployer.chooseSite(null);
    expect(scene.deployer.store.getState()).toMatchObject({ site: null, deploys: [] });
    const [site] = await vi.waitFor(() =>
      createNetlifyAdapter({ base: 'https://api.test', token: 'fake-token', fetch: scene.fake.fetch }).sites(),
    );
    await scene.deployer.chooseSite(site?.id ?? '');
    expect(scene.deployer.store.getState().deploys).toHaveLength(1);
  });
});

describe('siteName', () => {
  it('keeps the end of a long id, which makes it unique', () => {
    expect(siteName('blog-abcdefghij')).toBe('blog-abcdefghij');
    const name = siteName('a-very-long-name-for-a-project-abcdefghij');
    expect(name).toBe('a-very-long-name-fo-abcdefghij');
    expect(name.length).toBeLessThanOrEqual(30);
  });
});
