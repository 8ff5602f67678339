import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../rate-limit.ts';
import { StorageError } from '../storage/storage.ts';
import { edgeClient, KEY, NO_RATES, openTestEdge, sha1, temporaryStorage, BASE } from './testing/edge-client.ts';
import { createEdgeApi } from './edge-api.ts';

const OTHER = 'o'.repeat(40);
const OLD = { 'index.html': 'old', 'a.txt': 'same' };
const NEW = { 'index.html': 'new', 'a.txt': 'same', 'b.txt': 'more' };
const encoder = new TextEncoder();

describe('sites', () => {
  it('belong to the key that made them, which others cannot tell from nothing', async () => {
    const { createSite, ask, json } = openTestEdge();
    const site = await createSite('my-site');
    expect(site).toMatchObject({ name: 'my-site', url: 'http://my-site.edge.jampot.localhost:3000', published_deploy: null });
    expect(await json('GET', '/sites')).toMatchObject([{ id: site.id }]);
    expect(await json('GET', '/sites', { key: OTHER })).toEqual([]);
    for (const id of [site.id, 'my-site', 'my-site.edge.jampot.localhost']) {
      expect(await json('GET', `/sites/${id}`)).toMatchObject({ id: site.id });
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', ''],
        ['GET', '/deploys'],
        ['POST', '/deploys'],
        ['PUT', '/rollback'],
        ['GET', '/files'],
      ] as const) {
        const refused = await ask(method, `/sites/${id}${path}`, { key: OTHER });
        expect([refused.status, await refused.json()]).toMatchObject([404, { code: 404, problem: { code: 'EDGE_NOT_FOUND' } }]);
      }
    }
    for (const key of [null, 'short']) expect((await ask('GET', '/sites', { key })).status).toBe(401);
    expect((await ask('GET', `/sites/${site.id}`, { key: null })).status).toBe(401);
  });

  it('have names that are labels of addresses, one site each', async () => {
    const { createSite, ask, json } = openTestEdge();
    const { id } = await createSite('taken');
    const again = await ask('POST', '/jampot/sites', { key: OTHER, json: { name: 'taken' } });
    expect([again.status, await again.json()]).toMatchObject([
      422,
      { errors: { subdomain: ['must be unique'] }, problem: { code: 'EDGE_NAME_TAKEN' } },
    ]);
    for (const name of ['a--b', '-a', 'a_b', 'ü', 'a.b', 'x'.repeat(38), '__proto__', '../x'])
      expect((await ask('POST', '/sites', { json: { name } })).status, name).toBe(422);
    expect((await createSite('constructor')).name).toBe('constructor');
    expect(await json('PATCH', `/sites/${id}`, { json: { name: 'renamed' } })).toMatchObject({ id, name: 'renamed' });
    expect((await createSite('taken', OTHER)).name).toBe('taken');
    expect((await ask('PATCH', `/sites/${id}`, { json: { name: 'taken' } })).status).toBe(422);
  });

  it('are gone when deleted, with their pages and names', async () => {
    const { createSite, deploy, page, ask } = openTestEdge();
    const site = await createSite('gone');
    const { deploy_url: own } = await deploy(site.id, OLD);
    expect((await page(site.url, '/')).status).toBe(200);
    expect((await ask('DELETE', `/sites/${site.id}`)).status).toBe(204);
    expect([(await page(site.url, '/')).status, (await page(own, '/')).status, (await ask('GET', `/sites/${site.id}`)).status]).toEqual([
      404, 404, 404,
    ]);
    expect((await createSite('gone', OTHER)).name).toBe('gone');
  });

  it('are limited in number for a key', async () => {
    const { createSite, ask } = openTestEdge({ limits: { sites: 2 } });
    await createSite();
    await createSite();
    const refused = await ask('POST', '/sites', { json: {} });
    expect([refused.status, await refused.json()]).toMatchObject([422, { problem: { code: 'EDGE_TOO_MANY' } }]);
  });
});

describe('deploys', () => {
  it('appear when the last file has come, all at once', async () => {
    const { createSite, prepare, upload, getDeploy, page, site: getSite } = openTestEdge();
    const site = await createSite();
    const prepared = await prepare(site.id, OLD, { title: 'first' });
    expect(prepared).toMatchObject({ state: 'prepared', required: [sha1('same'), sha1('old')], title: 'first' });
    expect((await upload(prepared.id, 'index.html', 'old')).status).toBe(200);
    expect(await getDeploy(prepared.id)).toMatchObject({ state: 'uploading', required: [sha1('same')] });
    expect([(await page(site.url, '/')).status, (await page(prepared.deploy_url, '/')).status]).toEqual([404, 404]);
    await upload(prepared.id, 'a.txt', 'same');
    expect(await getDeploy(prepared.id)).toMatchObject({
      state: 'ready',
      required: [],
      jampot: { files: 2, bytes: 7, changed: { added: 2, changed: 0, removed: 0 } },
    });
    expect((await getSite(site.id)).published_deploy?.id).toBe(prepared.id);
    expect(await (await page(site.url, '/')).text()).toBe('old');
  });

  it('are asked only for what the site lacks, and say what changed', async () => {
    const { createSite, deploy, prepare } = openTestEdge();
    const site = await createSite();
    await deploy(site.id, OLD);
    expect((await prepare(site.id, NEW)).required).toEqual([sha1('more'), sha1('new')]);
    const { 'a.txt': _, ...without } = NEW;
    expect((await deploy(site.id, without)).jampot).toEqual({ files: 2, bytes: 7, changed: { added: 1, changed: 1, removed: 1 } });
    expect(await prepare(site.id, OLD)).toMatchObject({ state: 'ready', required: [] });
    // What another site has sent is not known here: who guesses a digest learns nothing.
    expect((await prepare((await createSite()).id, OLD)).required).toHaveLength(2);
  });

  it('keep identical bytes once, sites and deploys together', async () => {
    const { createSite, deploy, storage } = openTestEdge();
    const one = await createSite();
    await deploy(one.id, { 'index.html': 'same bytes', 'copy.html': 'same bytes' });
    const { items } = await storage.blobs.list();
    await deploy((await createSite()).id, { 'index.html': 'same bytes', 'copy.html': 'same bytes' });
    expect((await storage.blobs.list()).items).toEqual(items);
  });

  it('leave the site alone as drafts and branches, and can be restored', async () => {
    const { createSite, deploy, page, json, site: getSite } = openTestEdge();
    const site = await createSite();
    const first = await deploy(site.id, OLD);
    const draft = await deploy(site.id, NEW, { draft: true });
    expect(draft).toMatchObject({ state: 'ready', draft: true, context: 'deploy-preview', published_at: null });
    const branch = await json<{ id: string }>('POST', `/sites/${site.id}/deploys`, { json: { branch: 'feature', draft: false } });
    expect(branch).toMatchObject({ draft: true, context: 'branch-deploy' });
    expect([await (await page(site.url, '/')).text(), await (await page(draft.deploy_url, '/')).text()]).toEqual(['old', 'new']);
    await json('POST', `/sites/${site.id}/deploys/${draft.id}/restore`);
    expect(await (await page(site.url, '/')).text()).toBe('new');
    await json('PUT', `/sites/${site.id}/rollback`);
    expect(await (await page(site.url, '/')).text()).toBe('old');
    expect((await getSite(site.id)).published_deploy?.id).toBe(first.id);
  });

  it('roll back step by step until there is nothing before', async () => {
    const { createSite, deploy, json, ask, site: getSite } = openTestEdge();
    const site = await createSite();
    const ids: string[] = [];
    for (const text of ['1', '2', '3']) ids.push((await deploy(site.id, { 'index.html': text })).id);
    for (const id of [ids[1], ids[0]]) {
      await json('PUT', `/sites/${site.id}/rollback`);
      expect((await getSite(site.id)).published_deploy?.id).toBe(id);
    }
    const refused = await ask('PUT', `/sites/${site.id}/rollback`);
    expect([refused.status, await refused.json()]).toMatchObject([422, { problem: { code: 'EDGE_NOTHING_BEFORE' } }]);
  });

  it('do not move a locked site, and do again once it is let go', async () => {
    const { createSite, deploy, json, page, site: getSite, ask } = openTestEdge();
    const site = await createSite();
    const first = await deploy(site.id, OLD);
    expect(await json('POST', `/deploys/${first.id}/lock`)).toMatchObject({ id: first.id, locked: true });
    expect((await getSite(site.id)).published_deploy?.locked).toBe(true);
    const second = await deploy(site.id, NEW);
    expect(second.state).toBe('ready');
    expect(await (await page(site.url, '/')).text()).toBe('old');
    expect((await ask('POST', `/deploys/${second.id}/lock`)).status).toBe(422);
    await json('POST', `/deploys/${first.id}/unlock`);
    // What came while it was locked does not appear by itself.
    expect(await (await page(site.url, '/')).text()).toBe('old');
    await deploy(site.id, { ...NEW, 'c.txt': 'c' });
    expect(await (await page(site.url, '/')).text()).toBe('new');
  });

  it('are cancelled, unless they are complete', async () => {
    const { createSite, prepare, deploy, upload, json, getDeploy, page } = openTestEdge();
    const site = await createSite();
    const half = await prepare(site.id, OLD);
    expect(await json('POST', `/deploys/${half.id}/cancel`)).toMatchObject({ state: 'error', error_message: 'Canceled' });
    expect((await upload(half.id, 'index.html', 'old')).status).toBe(422);
    expect((await getDeploy(half.id)).state).toBe('error');
    const whole = await deploy(site.id, NEW);
    expect(await json('POST', `/deploys/${whole.id}/cancel`)).toMatchObject({ state: 'ready' });
    expect(await (await page(site.url, '/')).text()).toBe('new');
  });

  it('never change once they are complete; the same requests once more are fine', async () => {
    const { createSite, deploy, json, ask, upload, page } = openTestEdge();
    const site = await createSite();
    const { id } = await deploy(site.id, OLD);
    const same = Object.fromEntries(Object.entries(OLD).map(([path, content]) => [path, sha1(content)]));
    expect(await json('PUT', `/sites/${site.id}/deploys/${id}`, { json: { files: same } })).toMatchObject({ state: 'ready' });
    expect((await upload(id, 'index.html', 'old')).status).toBe(200);
    const changed = await ask('PUT', `/sites/${site.id}/deploys/${id}`, { json: { files: { 'index.html': sha1('same') } } });
    expect([changed.status, await changed.json()]).toMatchObject([422, { problem: { code: 'EDGE_DEPLOY_IMMUTABLE' } }]);
    expect((await upload(id, 'index.html', 'new')).status).toBe(422);
    expect(await (await page(site.url, '/')).text()).toBe('old');
  });

  it('refuse bytes that are not those that were announced, and paths that were not', async () => {
    const { createSite, prepare, upload, getDeploy, storage } = openTestEdge();
    const site = await createSite();
    const { id, required } = await prepare(site.id, OLD);
    const before = (await storage.blobs.list()).items;
    const wrong = await upload(id, 'index.html', 'damaged');
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { problem: { code: 'EDGE_WRONG_BYTES' } }]);
    expect((await upload(id, 'other.html', 'old')).status).toBe(422);
    expect(await getDeploy(id)).toMatchObject({ state: 'prepared', required });
    expect((await storage.blobs.list()).items).toEqual(before);
  });

  it('are prepared while the client looks, when it wants', async () => {
    const { createSite, prepare, deploy, getDeploy } = openTestEdge();
    const site = await createSite();
    const tree = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`${index}.txt`, `text ${index % 110}`]));
    const { id, state } = await prepare(site.id, tree, { isAsync: true });
    expect(state).toBe('preparing');
    expect(await getDeploy(id)).toMatchObject({ state: 'prepared', required: { length: 110 } });
    expect((await deploy(site.id, tree)).jampot.files).toBe(120);
  });

  it('come as zip archives', async () => {
    const { createSite, json, page } = openTestEdge();
    const site = await createSite();
    const archive = zipSync({
      'index.html': encoder.encode('zipped'),
      'css/a.css': encoder.encode('a{}'),
      '__MACOSX/x': encoder.encode('no'),
    });
    const body = new Uint8Array(archive);
    const deploy = await json<{ id: string }>('POST', `/sites/${site.id}/deploys?title=zip`, {
      body,
      headers: { 'content-type': 'application/zip' },
    });
    expect(deploy).toMatchObject({ state: 'ready', title: 'zip', jampot: { files: 2 } });
    expect(await (await page(site.url, '/css/a.css')).text()).toBe('a{}');
  });

  it('list their files', async () => {
    const { createSite, deploy, json } = openTestEdge();
    const site = await createSite();
    const { id } = await deploy(site.id, { 'index.html': 'x', 'ü ö/a.png': Uint8Array.of(1, 2, 3) });
    const files = [
      { path: '/index.html', sha: sha1('x'), size: 1, mime_type: 'text/html; charset=UTF-8' },
      { path: '/ü ö/a.png', sha: sha1(Uint8Array.of(1, 2, 3)), size: 3, mime_type: 'image/png' },
    ];
    expect(await json('GET', `/sites/${site.id}/deploys/${id}/files`)).toMatchObject(files);
    expect(await json('GET', `/sites/${site.id}/files`)).toMatchObject(files);
  });

  it('are listed newest first, page by page, and can be deleted unless shown', async () => {
    let now = 1_790_000_000_000;
    const { createSite, deploy, json, ask, page } = openTestEdge({ now: () => (now += 1500) });
    const site = await createSite();
    const made = [];
    for (const text of ['1', '2', '3']) made.push(await deploy(site.id, { 'index.html': text }));
    const ids = made.map(({ id }) => id).reverse();
    expect((await json<{ id: string }[]>('GET', `/sites/${site.id}/deploys`)).map(({ id }) => id)).toEqual(ids);
    expect(await json('GET', `/sites/${site.id}/deploys?per_page=1&page=2`)).toMatchObject([{ id: ids[1] }]);
    expect((await ask('DELETE', `/deploys/${ids[0]}`)).status).toBe(422);
    expect((await ask('DELETE', `/deploys/${ids[1]}`)).status).toBe(204);
    expect((await json<unknown[]>('GET', `/sites/${site.id}/deploys`)).length).toBe(2);
    expect((await page(made[1]?.deploy_url ?? '', '/')).status).toBe(404);
    await json('PUT', `/sites/${site.id}/rollback`);
    expect(await (await page(site.url, '/')).text()).toBe('1');
  });

  it('that are completed at the same time leave the site with the last one', async () => {
    const storage = temporaryStorage();
    let now = 1000;
    const api = createEdgeApi({ storage, base: BASE, rates: NO_RATES, now: () => now });
    const { createSite, deploy, getDeploy, site: getSite } = edgeClient(api, storage);
    const site = await createSite();
    /** As if it had been completed at a time, and is about to be published. */
    const complete = async (content: string, completed: number): Promise<string> => {
      const { id } = await deploy(site.id, { 'a.txt': content }, { draft: true });
      const found = await storage.pointers.get(`deploys/${id}`);
      const value = { ...(found?.value as object), state: 'uploaded', draft: false, completed };
      await storage.pointers.swap(`deploys/${id}`, value, found?.version ?? null);
      return id;
    };
    const [first, second] = [await complete('first', 2000), await complete('second', 2001)];
    now = 2005;
    for (const id of [first, second]) expect(await getDeploy(id)).toMatchObject({ state: 'ready' });
    expect((await getSite(site.id)).published_deploy?.id).toBe(second);
  });

  it('consist of the list of files that they were given last', async () => {
    const storage = temporaryStorage();
    const api = createEdgeApi({ storage, base: BASE, rates: NO_RATES });
    const { createSite, prepare, getDeploy, json } = edgeClient(api, storage);
    const site = await createSite();
    const { id } = await prepare(site.id, { 'index.html': 'one' });
    const before = await api.edge.deploys.get(id);
    if (before === null) throw new Error('The deploy is gone.');
    await json('PUT', `/sites/${site.id}/deploys/${id}`, { json: { files: { 'index.html': sha1('two') } } });
    // A request that looked the deploy up before goes on after.
    expect(await api.edge.deploys.required(before)).toEqual([sha1('one')]);
    expect(await getDeploy(id)).toMatchObject({ required: [sha1('two')] });
  });

  it('are at their addresses as soon as they are ready', async () => {
    const { createSite, prepare, upload, page } = openTestEdge();
    const site = await createSite();
    for (const draft of [true, false]) {
      const { id, deploy_url: url } = await prepare(site.id, { 'index.html': `draft ${draft}` }, { draft });
      expect((await page(url, '/')).status).toBe(404);
      await upload(id, 'index.html', `draft ${draft}`);
      expect((await page(url, '/')).status).toBe(200);
    }
  });

  it('of several clients at once all become ready, and one of them is shown', async () => {
    const { createSite, deploy, page, site: getSite } = openTestEdge();
    const site = await createSite();
    const made = await Promise.all(Array.from({ length: 8 }, (_, index) => deploy(site.id, { 'index.html': `${index}`, 'a.txt': 'same' })));
    expect(made.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'ready'));
    const shown = made.findIndex(({ id }) => id === undefined);
    expect(shown).toBe(-1);
    const published = (await getSite(site.id)).published_deploy?.id;
    expect(await (await page(site.url, '/')).text()).toBe(`${made.findIndex(({ id }) => id === published)}`);
  });
});

describe('deploys without a key', () => {
  it('are polled and served without one, and can be claimed by their token', async () => {
    const { json, ask, upload: _, page } = openTestEdge();
    const { token } = await json<{ token: string }>('POST', '/drop/token', { key: null });
    const drop = await json<{ id: string; deploy_id: string; subdomain: string; url: string; required: string[] }>('POST', '/drop', {
      key: null,
      json: { files: { 'index.html': sha1('dropped') }, token },
    });
    expect(drop.required).toEqual([sha1('dropped')]);
    await json('PUT', `/deploys/${drop.deploy_id}/files/index.html`, { key: token, body: 'dropped' });
    expect(await json('GET', `/sites/${drop.id}/deploys/${drop.deploy_id}`, { key: null })).toMatchObject({
      state: 'ready',
      url: drop.url,
    });
    expect(await (await page(drop.url, '/')).text()).toBe('dropped');
    expect(await json('GET', `/sites/${drop.id}`, { key: OTHER })).toMatchObject({ id: drop.id });
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/deploys'],
      ['GET', '/deploys'],
      ['PATCH', ''],
    ] as const)
      expect((await ask(method, `/sites/${drop.id}${path}`, { key: OTHER, ...(method !== 'GET' && { json: {} }) })).status).toBe(404);
    expect((await ask('POST', '/drop/claim', { json: { site: drop.id, token: 'x'.repeat(64) } })).status).toBe(404);
    await json('POST', '/drop/claim', { json: { site: drop.id, token } });
    expect(await json('GET', `/sites/${drop.id}`)).toMatchObject({ name: drop.subdomain });
    for (const key of [token, OTHER]) expect((await ask('GET', `/sites/${drop.id}`, { key })).status).toBe(404);
    expect((await ask('GET', `/sites/${drop.id}/deploys/${drop.deploy_id}`, { key: null })).status).toBe(401);
  });
});

describe('limits', () => {
  it('are told with their numbers', async () => {
    const { createSite, prepare, upload, deploy, ask, getDeploy } = openTestEdge({
      limits: { fileBytes: 10, files: 3, bytes: 15, deploys: 3 },
    });
    const site = await createSite();
    const large = await prepare(site.id, { 'a.txt': 'x'.repeat(11) });
    const tooLarge = await upload(large.id, 'a.txt', 'x'.repeat(11));
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([
      413,
      { message: expect.stringContaining('10'), problem: { code: 'EDGE_TOO_LARGE' } },
    ]);
    const many = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, sha1(name)]));
    const tooMany = await ask('PUT', `/deploys/${large.id}`, { json: { files: many } });
    expect([tooMany.status, await tooMany.json()]).toMatchObject([422, { problem: { code: 'EDGE_TOO_MANY' } }]);
    const total = await deploy(site.id, { a: '1'.repeat(9), b: '2'.repeat(9) });
    expect(total).toMatchObject({ state: 'error', error_message: expect.stringContaining('15') });
    expect((await getDeploy(total.id)).state).toBe('error');
    await deploy(site.id, { a: '1' });
    expect((await ask('POST', `/sites/${site.id}/deploys`, { json: {} })).status).toBe(422);
  });

  it('hold each address back, with when it may come again', async () => {
    const changes = new RateLimiter({ burst: 2, perMinute: 1 });
    const { ask } = openTestEdge({ rates: { ...NO_RATES, changes } });
    const post = (address: string): Promise<Response> => ask('POST', '/sites', { json: {}, headers: { 'x-jampot-client': address } });
    expect([(await post('192.0.2.1')).status, (await post('192.0.2.1')).status]).toEqual([201, 201]);
    const refused = await post('192.0.2.1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await post('192.0.2.2')).status).toBe(201);
    expect((await ask('GET', '/sites', { headers: { 'x-jampot-client': '192.0.2.1' } })).status).toBe(200);
  });

  it('of the disk are told, and what was published stays', async () => {
    const storage = temporaryStorage();
    let isFull = false;
    const put: typeof storage.blobs.put = (...given) =>
      isFull ? Promise.reject(new StorageError('STORAGE_FULL', 'full')) : storage.blobs.put(...given);
    const blobs = new Proxy(storage.blobs, {
      get: (target, name) => (name === 'put' ? put : (target[name as keyof typeof target] as () => unknown).bind(target)),
    });
    const full = { ...storage, blobs };
    const { createSite, deploy, prepare, upload, page } = edgeClient(createEdgeApi({ storage: full, base: BASE, rates: NO_RATES }), full);
    const site = await createSite();
    await deploy(site.id, OLD);
    const next = await prepare(site.id, NEW);
    isFull = true;
    const refused = await upload(next.id, 'index.html', 'new');
    expect([refused.status, await refused.json()]).toMatchObject([507, { problem: { code: 'EDGE_STORAGE_FULL' } }]);
    expect(await (await page(site.url, '/', { 'accept-encoding': 'br' })).text()).toBe('old');
    isFull = false;
    await upload(next.id, 'index.html', 'new');
    await upload(next.id, 'b.txt', 'more');
    expect(await (await page(site.url, '/')).text()).toBe('new');
  });
});

describe('after a crash', () => {
  it('any server goes on where the last one was', async () => {
    const storage = temporaryStorage();
    const first = openTestEdge({ storage });
    const site = await first.createSite();
    const { id } = await first.prepare(site.id, OLD, { isAsync: true });
    const second = openTestEdge({ storage });
    expect(await second.getDeploy(id)).toMatchObject({ state: 'prepared' });
    await second.upload(id, 'index.html', 'old');
    await first.upload(id, 'a.txt', 'same');
    expect(await second.getDeploy(id)).toMatchObject({ state: 'ready' });
    expect((await second.site(site.id)).published_deploy?.id).toBe(id);
  });

  it('a deploy that was complete and not yet published is, unless the site has moved on', async () => {
    const storage = temporaryStorage();
    const { createSite, deploy, getDeploy, site: getSite } = openTestEdge({ storage });
    const site = await createSite();
    const made = await deploy(site.id, OLD, { draft: true });
    /** As if the server had died after the deploy was complete. */
    const unpublish = async (completed: number): Promise<void> => {
      const found = await storage.pointers.get(`deploys/${made.id}`);
      const value = { ...(found?.value as object), state: 'uploaded', draft: false, completed };
      await storage.pointers.swap(`deploys/${made.id}`, value, found?.version ?? null);
    };
    const newer = await deploy(site.id, NEW);
    await unpublish(Date.now() - 60_000);
    expect(await getDeploy(made.id)).toMatchObject({ state: 'ready' });
    expect((await getSite(site.id)).published_deploy?.id).toBe(newer.id);
    await unpublish(Date.now() + 60_000);
    expect(await getDeploy(made.id)).toMatchObject({ state: 'ready' });
    expect((await getSite(site.id)).published_deploy?.id).toBe(made.id);
  });

  it('contents that are gone are asked for again', async () => {
    const storage = temporaryStorage();
    const { createSite, deploy, prepare, upload, page } = openTestEdge({ storage });
    const site = await createSite();
    await deploy(site.id, OLD);
    for (const hash of (await storage.blobs.list()).items) {
      const blob = await storage.blobs.get(hash);
      if (blob && (await new Response(blob.body as BodyInit).text()) === 'same') await storage.blobs.delete(hash);
    }
    const next = await prepare(site.id, { 'a.txt': 'same' });
    expect(next).toMatchObject({ state: 'prepared', required: [sha1('same')] });
    await upload(next.id, 'a.txt', 'same');
    expect(await (await page(site.url, '/a.txt')).text()).toBe('same');
  });
});

describe('hostile input', () => {
  const HOSTILE_PATHS = [
    '',
    '/',
    '..',
    '../x',
    'a/../b',
    './a',
    'a//b',
    'a/',
    'a\\b',
    '..\\x',
    'a\u0000b',
    'a\nb',
    'a#b',
    'a?b',
    '\ud800',
    'x'.repeat(1025),
    'a/./b',
    '//a',
  ];

  it('in paths is refused, nothing of the deploy is kept', async () => {
    const { createSite, prepare, ask } = openTestEdge();
    const site = await createSite();
    const { id } = await prepare(site.id, OLD);
    for (const path of HOSTILE_PATHS) {
      const response = await ask('PUT', `/deploys/${id}`, { json: { files: { [path]: sha1('x') } } });
      expect([response.status, path]).toEqual([422, path]);
    }
    expect((await ask('PUT', `/deploys/${id}`, { json: { files: { '/a': sha1('x'), a: sha1('y') } } })).status).toBe(422);
  });

  it('named like what objects have is as good as any', async () => {
    const { createSite, page, json, ask, upload } = openTestEdge();
    const site = await createSite();
    const { id } = await json<{ id: string }>('POST', `/sites/${site.id}/deploys`, { json: {} });
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__/x', 'valueOf.html'];
    const text = `{"files":{${names.map((name) => `${JSON.stringify(name)}:"${sha1(name)}"`).join(',')}}}`;
    expect((await ask('PUT', `/deploys/${id}`, { body: text, headers: { 'content-type': 'application/json' } })).status).toBe(200);
    for (const name of names) await upload(id, name, name);
    for (const name of names) expect(await (await page(site.url, `/${name}`)).text()).toBe(name);
    for (const name of ['/isPrototypeOf', '/__defineGetter__', '/propertyIsEnumerable'])
      expect((await page(site.url, name)).status).toBe(404);
  });

  it('in place of JSON is refused', async () => {
    const { createSite, prepare, ask, getDeploy } = openTestEdge();
    const site = await createSite();
    const { id } = await prepare(site.id, OLD);
    const headers = { 'content-type': 'application/json' };
    const values = [
      'null',
      '[]',
      '1',
      '"x"',
      '{',
      '{"files":null}',
      '{"files":[]}',
      '{"files":"x"}',
      '{"files":{"a":1}}',
      '{"files":{"a":null}}',
    ];
    values.push(
      '{"files":{"a":{"b":1}}}',
      '{"files":{"a":"zz"}}',
      `{"files":{"a":"${'0'.repeat(41)}"}}`,
      '['.repeat(100_000),
      '\ufeff{}',
      '{"a":1}',
    );
    for (const body of values) {
      const response = await ask('PUT', `/deploys/${id}`, { body, headers });
      expect([400, 422], body.slice(0, 50)).toContain(response.status);
    }
    expect((await ask('PUT', `/deploys/${id}`, { body: Uint8Array.of(0xff, 0xfe, 0x7b), headers })).status).toBe(400);
    expect((await ask('PUT', `/deploys/${id}`, { body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await ask('PUT', `/deploys/${id}`, { body: `{"files":{"a":"${'x'.repeat(17 * 2 ** 20)}"}}`, headers })).status).toBe(413);
    expect((await getDeploy(id)).state).toBe('prepared');
  });

  it('of random shapes never makes the server fail', async () => {
    const { createSite, ask } = openTestEdge();
    const site = await createSite();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const ODD: readonly unknown[] = [
      null,
      true,
      0,
      -1,
      1e308,
      '',
      'a',
      '__proto__',
      [],
      {},
      [[]],
      '\u0000',
      'x'.repeat(300),
      { toString: 1 },
      sha1('old'),
    ];
    const KEYS = ['files', 'name', 'draft', 'branch', 'title', 'async', 'token', 'site', '__proto__', 'functions', 'constructor'];
    const WORDS = ['a', '', '__proto__', '../x', 'index.html', 'toString'];
    const PARTS = [
      'sites',
      site.id,
      site.name,
      'deploys',
      'drop',
      'claim',
      'token',
      'files',
      '..',
      '%2e%2e',
      '%00',
      '%ff',
      '',
      'a%2Fb',
      '__proto__',
      'restore',
      'lock',
      'rollback',
      'x'.repeat(300),
    ];
    const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
    for (let round = 0; round < 400; round += 1) {
      const path = Array.from({ length: 1 + random(5) }, () => pick(PARTS)).join('/');
      const value = Object.fromEntries(
        Array.from({ length: random(4) }, () => [pick(KEYS), random(2) === 0 ? pick(ODD) : { [pick(WORDS)]: pick(ODD) }]),
      );
      const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
      const response = await ask(method, `/${path}`, method === 'GET' ? {} : { json: value });
      expect(response.status, `${method} ${path} ${JSON.stringify(value)}`).toBeLessThan(500);
      // A site that a round has deleted is missed by those after it.
      if (method === 'DELETE' && response.status === 204) break;
    }
  });

  it('in zip archives is refused', async () => {
    const { createSite, ask } = openTestEdge({ limits: { fileBytes: 1000, bytes: 3000 } });
    const site = await createSite();
    const zip = (files: Record<string, Uint8Array>): Uint8Array<ArrayBuffer> => new Uint8Array(zipSync(files, { level: 9 }));
    const lying = zip({ 'a.txt': new Uint8Array(900) });
    const view = new DataView(lying.buffer);
    for (let at = 0; at < lying.length - 4; at += 1) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    const archives: readonly [string, Uint8Array<ArrayBuffer>, number][] = [
      ['leads out', zip({ '../a': encoder.encode('x') }), 422],
      ['a bomb', zip({ a: new Uint8Array(100_000) }), 413],
      ['many together', zip({ a: new Uint8Array(900), b: new Uint8Array(900), c: new Uint8Array(900), d: new Uint8Array(900) }), 413],
      ['lies about its size', lying, 422],
      ['no archive', encoder.encode('hello'), 422],
      ['cut', zip({ a: encoder.encode('x') }).slice(0, 60), 422],
      ['empty', new Uint8Array(), 422],
    ];
    for (const [what, body, status] of archives) {
      const response = await ask('POST', `/sites/${site.id}/deploys`, { body, headers: { 'content-type': 'application/zip' } });
      expect(response.status, what).toBe(status);
    }
    // Each byte changed once: refused or understood, never a failure of the server.
    const sound = zip({ 'a.txt': encoder.encode('x'.repeat(50)) });
    for (let at = 0; at < sound.length; at += 1) {
      const damaged = sound.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const response = await ask('POST', `/sites/${site.id}/deploys`, { body: damaged, headers: { 'content-type': 'application/zip' } });
      expect(response.status, `byte ${at}`).toBeLessThan(500);
    }
  });

  it('needs the whole key', async () => {
    const { createSite, ask } = openTestEdge();
    const { id } = await createSite();
    for (const key of [KEY.slice(1), `${KEY}k`, KEY.toUpperCase()])
      expect([401, 404]).toContain((await ask('GET', `/sites/${id}`, { key })).status);
    expect((await ask('GET', `/sites/${id}`, { key: null, headers: { authorization: `Basic ${KEY}` } })).status).toBe(401);
  });
});
