import { describe, expect, it } from 'vitest';
import { createEdgeApi } from './edge-api.ts';
import { EdgeCollector } from './collect-edge.ts';
import { BASE, edgeClient, NO_RATES, sha1, temporaryStorage } from './testing/edge-client.ts';

const DAY = 24 * 60 * 60 * 1000;
const TEXT = 'text that repeats itself '.repeat(100);

function open() {
  const storage = temporaryStorage();
  let now = 1_790_000_000_000;
  const api = createEdgeApi({ storage, base: BASE, rates: NO_RATES, now: () => now });
  return {
    ...edgeClient(api, storage),
    // Blobs are put at the real time, which the test does not wait for.
    collector: new EdgeCollector(api.edge, 1),
    careful: new EdgeCollector(api.edge),
    pass: (milliseconds: number) => (now += milliseconds),
    texts: async (): Promise<string[]> => {
      const texts: string[] = [];
      for (const hash of (await storage.blobs.list()).items) {
        const blob = await storage.blobs.get(hash);
        if (blob) texts.push(await new Response(blob.body as BodyInit).text());
      }
      return texts;
    },
  };
}

describe('EdgeCollector', () => {
  it('gives up deploys that nobody finishes, with what they were sent', async () => {
    const { createSite, prepare, upload, deploy, getDeploy, collector, pass, texts } = open();
    const site = await createSite();
    await deploy(site.id, { 'index.html': 'kept' });
    const half = await prepare(site.id, { 'a.txt': 'abandoned', 'b.txt': 'never sent' });
    await upload(half.id, 'a.txt', 'abandoned');
    pass(DAY / 2);
    expect(await collector.collect()).toMatchObject({ deploys: 0 });
    expect(await getDeploy(half.id)).toMatchObject({ state: 'uploading', required: [sha1('never sent')] });
    pass(DAY);
    expect(await collector.collect()).toMatchObject({ deploys: 1 });
    expect(await getDeploy(half.id)).toMatchObject({ state: 'error' });
    pass(2 * DAY);
    await collector.collect();
    await collector.collect();
    expect(await texts()).not.toContain('abandoned');
    expect(await texts()).toContain('kept');
  });

  it('takes nothing that is served, compressed forms included, nor what is on its way', async () => {
    const { createSite, deploy, prepare, upload, page, collector, pass, storage, json } = open();
    const site = await createSite();
    const old = await deploy(site.id, { 'index.html': 'old', 'a.txt': TEXT, 'shared.txt': 'shared' });
    await deploy(site.id, { 'index.html': 'new', 'shared.txt': 'shared' });
    await page(old.deploy_url, '/a.txt', { 'accept-encoding': 'br' });
    const before = (await storage.blobs.list()).items;
    const next = await prepare(site.id, { 'index.html': 'next', 'b.txt': 'b' });
    await upload(next.id, 'b.txt', 'b');
    pass(DAY / 2);
    for (let times = 0; times < 3; times += 1) await collector.collect();
    expect((await storage.blobs.list()).items).toEqual(expect.arrayContaining([...before]));
    await upload(next.id, 'index.html', 'next');
    expect(await (await page(site.url, '/b.txt')).text()).toBe('b');
    await json('POST', `/sites/${site.id}/deploys/${old.id}/restore`);
    expect(await (await page(site.url, '/a.txt')).text()).toBe(TEXT);
  });

  it('takes what belonged to deleted sites and deploys, once it is old', async () => {
    const { createSite, deploy, ask, page, collector, careful, pass, storage } = open();
    const site = await createSite();
    const first = await deploy(site.id, { 'a.txt': TEXT, 'same.txt': 'same' });
    await deploy(site.id, { 'b.txt': 'b', 'same.txt': 'same' });
    await page(first.deploy_url, '/a.txt', { 'accept-encoding': 'gzip' });
    await ask('DELETE', `/deploys/${first.id}`);
    pass(2 * DAY);
    const all = (await storage.blobs.list()).items.length;
    for (let times = 0; times < 3; times += 1) await careful.collect();
    expect((await storage.blobs.list()).items.length).toBe(all);
    for (let times = 0; times < 3; times += 1) await collector.collect();
    expect(await (await page(site.url, '/same.txt')).text()).toBe('same');
    await ask('DELETE', `/sites/${site.id}`);
    pass(DAY);
    for (let times = 0; times < 3; times += 1) await collector.collect();
    expect((await storage.blobs.list()).items).toEqual([]);
    expect((await storage.pointers.list('')).items).toEqual([]);
  });

  it('takes compressed forms that are made again when their file comes back', async () => {
    const { createSite, deploy, ask, page, collector, pass } = open();
    const site = await createSite();
    const first = await deploy(site.id, { 'a.txt': TEXT });
    await page(first.deploy_url, '/a.txt', { 'accept-encoding': 'br' });
    await deploy(site.id, { 'index.html': 'start' });
    await ask('DELETE', `/deploys/${first.id}`);
    pass(2 * DAY);
    for (let times = 0; times < 3; times += 1) await collector.collect();
    await deploy(site.id, { 'b.txt': TEXT });
    const again = await page(site.url, '/b.txt', { 'accept-encoding': 'br' });
    expect([again.status, again.headers.get('content-encoding')]).toEqual([200, 'br']);
  });

  it('leaves a site that is claimed while it looks', async () => {
    const { json, collector, pass, ask, storage } = open();
    const { token } = await json<{ token: string }>('POST', '/drop/token');
    const { id } = await json<{ id: string }>('POST', '/drop', { json: { files: {}, token } });
    pass(DAY);
    const { get } = storage.pointers;
    // The first look is for the list of sites.
    let looks = 0;
    storage.pointers.get = async (key) => {
      const found = await get.call(storage.pointers, key);
      if (key === `sites/${id}` && (looks += 1) === 2) await json('POST', '/drop/claim', { json: { site: id, token } });
      return found;
    };
    expect(await collector.collect()).toMatchObject({ sites: 0 });
    expect((await ask('GET', `/sites/${id}`)).status).toBe(200);
    expect(await json<{ id: string }[]>('GET', '/sites')).toMatchObject([{ id }]);
  });

  it('takes sites that nobody claims within an hour', async () => {
    const { json, collector, pass, ask } = open();
    const drop = async (): Promise<{ id: string; token: string }> => {
      const { token } = await json<{ token: string }>('POST', '/drop/token');
      return { ...(await json<{ id: string }>('POST', '/drop', { json: { files: {}, token } })), token };
    };
    const [claimed, unclaimed] = [await drop(), await drop()];
    await json('POST', '/drop/claim', { json: { site: claimed.id, token: claimed.token } });
    pass(DAY / 12);
    expect(await collector.collect()).toMatchObject({ sites: 1 });
    expect((await ask('GET', `/sites/${claimed.id}`)).status).toBe(200);
    expect((await ask('GET', `/sites/${unclaimed.id}`, { key: unclaimed.token })).status).toBe(404);
  });

  it('publishes what a server that died had completed', async () => {
    const { createSite, deploy, storage, collector, page } = open();
    const site = await createSite();
    const { id } = await deploy(site.id, { 'index.html': 'complete' }, { draft: true });
    const found = await storage.pointers.get(`deploys/${id}`);
    await storage.pointers.swap(`deploys/${id}`, { ...(found?.value as object), state: 'uploaded', draft: false }, found?.version ?? null);
    await collector.collect();
    expect(await (await page(site.url, '/')).text()).toBe('complete');
  });
});
