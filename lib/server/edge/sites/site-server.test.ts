import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BASE, openTestEdge, temporaryStorage, type Tree } from '../testing/edge-client.ts';

async function show(tree: Tree, options: { readonly readableBy?: string } = {}) {
  const edge = openTestEdge(options);
  const site = await edge.createSite('shown');
  const shown = await edge.deploy(site.id, tree);
  return {
    ...edge,
    site,
    shown,
    get: (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => edge.page(site.url, path, headers, method),
  };
}

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const TEXT = 'some text that repeats itself '.repeat(400);

describe('pages', () => {
  it('have the addresses that Netlify gives them', async () => {
    const { get } = await show({
      'index.html': 'start',
      'file.html': 'file',
      'folder/index.html': 'folder',
      'both.html': 'both',
      'both/index.html': 'inner',
      'plain.txt': 'plain',
      'deep/a b/ü.html': 'deep',
    });
    const table: readonly [string, number, string][] = [
      ['/', 200, 'start'],
      ['/index.html', 200, 'start'],
      ['/file', 200, 'file'],
      ['/file/', 301, '/file'],
      ['/file.html', 200, 'file'],
      ['/folder', 301, '/folder/'],
      ['/folder?x=1&y', 301, '/folder/?x=1&y'],
      ['/folder/', 200, 'folder'],
      ['/folder/index.html', 200, 'folder'],
      ['/both', 200, 'both'],
      ['/both/', 301, '/both'],
      ['/both/index.html', 200, 'inner'],
      ['/plain.txt', 200, 'plain'],
      ['/plain.txt?v=2', 200, 'plain'],
      ['/plain.txt/', 301, '/plain.txt'],
      ['/deep/a%20b/%C3%BC', 200, 'deep'],
      ['/deep/a%20b/%C3%BC/', 301, '/deep/a%20b/%C3%BC'],
      ['/deep%2Fa%20b/%c3%bc', 200, 'deep'],
      ['/nothing', 404, ''],
      ['/FILE', 404, ''],
    ];
    for (const [path, status, content] of table) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, status]);
      if (status === 200) expect(await response.text()).toBe(content);
      if (status === 301) expect(response.headers.get('location')).toBe(content);
    }
  });

  it('never lead out of the deploy, whatever the path', async () => {
    const { get, page, site, createSite, deploy } = await show({
      'index.html': 'start',
      '.secret': 'no',
      'a/.git/config': 'no',
      '.well-known/x': 'yes',
    });
    const other = await createSite('other');
    await deploy(other.id, { 'private.txt': 'other' });
    const hostile = [
      '/../x',
      '/..%2fx',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/a/%2e%2e%2fprivate.txt',
      '/..\\..\\x',
      '/%5c..%5cx',
      '/%00',
      '/a%00.html',
      '/%0d%0aSet-Cookie:x',
    ];
    hostile.push(
      '//etc/passwd',
      '/%2Fetc%2Fpasswd',
      '/.secret',
      '/%2esecret',
      '/a/.git/config',
      '/%',
      '/%zz',
      '/%ff',
      '/%c0%ae%c0%ae/x',
      `/${'a/'.repeat(5000)}`,
      '/private.txt',
      '/C:/x',
    );
    for (const path of hostile) {
      const response = await get(path);
      expect([400, 404, 414], path).toContain(response.status);
      expect(await response.text(), path).not.toMatch(/^(?:no|other|start)$/);
    }
    expect(await (await get('/.well-known/x')).text()).toBe('yes');
    expect((await page(`${site.url.replace('shown', 'unknown')}`, '/')).status).toBe(404);
  });

  it('of random paths are pages of the deploy or none', async () => {
    const tree = { 'index.html': 'start', 'a/b.html': 'b', 'a/index.html': 'a', '__proto__/x.txt': 'x' };
    const { get } = await show(tree);
    const pieces = [
      'a',
      'b',
      '.',
      '..',
      '/',
      '//',
      '\\',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      '%',
      '.html',
      'index',
      '__proto__',
      'x.txt',
      ':',
      '*',
      '?',
      'constructor',
      '%C3%BC',
      ';',
      '@',
      '~',
    ];
    let seed = 11;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 1500; round += 1) {
      const path = `/${Array.from({ length: random(8) }, () => pieces[random(pieces.length)]).join('')}`;
      const response = await get(path);
      expect([200, 301, 400, 404], path).toContain(response.status);
      if (response.status === 200) expect(Object.values(tree), path).toContain(await response.text());
      if (response.status === 301) expect(response.headers.get('location'), path).toMatch(/^\/(?!\/)/);
    }
  });

  it('that are missing are the site’s own 404 page, or ours', async () => {
    const plain = await show({ 'index.html': 'start' });
    const ours = await plain.get('/x');
    expect([ours.status, ours.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    const own = await show({ 'index.html': 'start', '404.html': 'own' });
    const response = await own.get('/a/b/c', { range: 'bytes=0-0' });
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([404, 'own', null]);
    expect((await own.get('/404')).status).toBe(200);
  });

  it('are read, not written', async () => {
    const { get } = await show({ 'index.html': 'start' });
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await get('/', {}, method);
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
    expect((await get('/', {}, 'OPTIONS')).status).toBe(204);
    const head = await get('/', {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5', '']);
  });
});

describe('answers', () => {
  it('have strong entity tags that say when nothing changed', async () => {
    const { get } = await show({ 'a.txt': 'one', 'b.txt': 'two' });
    const first = await get('/a.txt');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const value of [tag, `"x", ${tag}`, `W/${tag}`, '*']) {
      const again = await get('/a.txt', { 'if-none-match': value });
      expect([again.status, again.headers.get('etag'), again.headers.get('content-length'), await again.text()]).toEqual([
        304,
        tag,
        null,
        '',
      ]);
      expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'));
    }
    expect((await get('/b.txt')).headers.get('etag')).not.toBe(tag);
    expect((await get('/a.txt', { 'if-none-match': '"x"' })).status).toBe(200);
  });

  it('are compressed as the reader likes, once', async () => {
    const { get, storage } = await show({ 'a.txt': TEXT, 'a.png': TEXT, 'small.txt': 'x' });
    const br = await get('/a.txt', { 'accept-encoding': 'gzip, deflate, br' });
    expect([br.headers.get('content-encoding'), br.headers.get('vary')]).toEqual(['br', 'Accept-Encoding']);
    expect(brotliDecompressSync(await bytesOf(br)).toString()).toBe(TEXT);
    const gzip = await get('/a.txt', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(await bytesOf(gzip)).toString()).toBe(TEXT);
    const plain = await get('/a.txt', { 'accept-encoding': 'br;q=0, gzip;q=0' });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, TEXT]);
    expect((await get('/a.txt', { 'accept-encoding': 'br;q=0.1, gzip;q=0.9' })).headers.get('content-encoding')).toBe('gzip');
    for (const [accepted, encoding] of [
      ['*', 'gzip'],
      ['gzip;q=0, *', null],
      ['*;q=0, br', 'br'],
    ] as const)
      expect([accepted, (await get('/a.txt', { 'accept-encoding': accepted })).headers.get('content-encoding')]).toEqual([
        accepted,
        encoding,
      ]);
    const tags = [br, gzip, plain].map(({ headers }) => headers.get('etag'));
    expect(new Set(tags).size).toBe(3);
    expect((await get('/a.txt', { 'accept-encoding': 'br', 'if-none-match': tags[0] ?? '' })).status).toBe(304);
    expect((await get('/a.txt', { 'accept-encoding': 'br', 'if-none-match': tags[2] ?? '' })).status).toBe(200);
    for (const path of ['/a.png', '/small.txt'])
      expect((await get(path, { 'accept-encoding': 'br' })).headers.get('content-encoding')).toBeNull();
    const { items } = await storage.blobs.list();
    // Another server finds them made.
    const other = openTestEdge({ storage });
    expect(
      (await other.page('http://shown.edge.jampot.localhost:3000', '/a.txt', { 'accept-encoding': 'br' })).headers.get('content-encoding'),
    ).toBe('br');
    expect((await storage.blobs.list()).items).toEqual(items);
  });

  it('give parts of a file', async () => {
    const bytes = new Uint8Array(700_000).map((_, index) => index % 251);
    const { get } = await show({ 'a.bin': bytes, 'a.txt': '0123456789', empty: '' });
    const table: readonly [string, number, string, string | null][] = [
      ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-2', 206, '89', 'bytes 8-9/10'],
      ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
      ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=5-3', 200, '0123456789', null],
      ['bytes=0-1,3-4', 200, '0123456789', null],
      ['bytes=x', 200, '0123456789', null],
      ['lines=0-1', 200, '0123456789', null],
      ['bytes=-', 200, '0123456789', null],
      ['bytes=99999999999999999999-', 200, '0123456789', null],
    ];
    for (const [range, status, content, where] of table) {
      const response = await get('/a.txt', { range, 'accept-encoding': 'br' });
      expect([range, response.status, response.headers.get('content-range'), await response.text()]).toEqual([
        range,
        status,
        where,
        content,
      ]);
    }
    expect((await get('/empty', { range: 'bytes=0-' })).status).toBe(416);
    const part = await get('/a.bin', { range: 'bytes=600000-600009' });
    expect([part.status, part.headers.get('content-length'), new Uint8Array(await part.arrayBuffer())]).toEqual([
      206,
      '10',
      bytes.slice(600_000, 600_010),
    ]);
    expect(new Uint8Array(await (await get('/a.bin')).arrayBuffer())).toEqual(bytes);
    const tag = (await get('/a.txt')).headers.get('etag') ?? '';
    expect((await get('/a.txt', { range: 'bytes=0-3', 'if-range': tag })).status).toBe(206);
    expect((await get('/a.txt', { range: 'bytes=0-3', 'if-range': '"old"' })).status).toBe(200);
  });

  it('may be kept for ever only where the content has a name of its own', async () => {
    const { get, site } = await show({
      'assets/index-DiwrgTda.js': 'a',
      'app.3f2a9c1b.css': 'a',
      'assets/portrait.jpg': 'a',
      'photo-20240101.jpg': 'a',
      '_astro/hoisted.Dx81_aQe.js': 'a',
      'index.3f2a9c1b.html': 'a',
      'style.css': 'a',
      'data.deadbeef12.json': 'first',
    });
    const cached = async (path: string): Promise<boolean> => (await get(path)).headers.get('cache-control')?.includes('immutable') ?? false;
    for (const path of ['/assets/index-DiwrgTda.js', '/app.3f2a9c1b.css', '/_astro/hoisted.Dx81_aQe.js', '/data.deadbeef12.json'])
      expect([path, await cached(path)]).toEqual([path, true]);
    for (const path of ['/assets/portrait.jpg', '/photo-20240101.jpg', '/index.3f2a9c1b.html', '/style.css'])
      expect([path, await cached(path)]).toEqual([path, false]);
    // A name that turned out to be used for another content is not trusted again.
    const edge = openTestEdge();
    const again = await edge.createSite('shown');
    for (const text of ['first', 'second', 'second'])
      await edge.deploy(again.id, { 'data.deadbeef12.json': text, 'x.txt': text + Math.random() });
    expect((await edge.page(site.url, '/data.deadbeef12.json')).headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
  });

  it('follow what the site shows, at once on this server and soon on others', async () => {
    const storage = temporaryStorage();
    const one = openTestEdge({ storage });
    const two = openTestEdge({ storage });
    const site = await one.createSite();
    await one.deploy(site.id, { 'index.html': 'first' });
    for (const edge of [one, two]) expect(await (await edge.page(site.url, '/')).text()).toBe('first');
    await one.deploy(site.id, { 'index.html': 'second' });
    expect(await (await one.page(site.url, '/')).text()).toBe('second');
    await expect.poll(async () => (await two.page(site.url, '/')).text(), { timeout: 10_000 }).toBe('second');
  });

  it('of a deploy’s own address stay out of search engines', async () => {
    const { shown, page, get } = await show({ 'index.html': 'start' });
    expect((await page(shown.deploy_url, '/')).headers.get('x-robots-tag')).toBe('noindex');
    expect((await get('/')).headers.get('x-robots-tag')).toBeNull();
  });
});

describe('rules', () => {
  it('redirect and rewrite in their order', async () => {
    const { get } = await show({
      'index.html': 'app',
      'real.html': 'real',
      'gone.html': 'gone page',
      'store/item.html': 'item',
      _redirects: [
        '/old/*         /new/:splat',
        '/temp          /real            302',
        '/real          /index.html      200',
        '/forced/real   /x               200',
        '/real.html     /forced          301!',
        '/u/:user/p/:id /store/item.html 200',
        '/q id=:id      /by-id/:id       301',
        '/q             /plain',
        '/external      https://other.example/path?x=1',
        '/proxy/*       https://api.example/:splat 200',
        '/removed       /gone.html       410',
        '/loop/*        /loop/:splat     301',
        '/lang          /de/             302 Language=de,at',
        '/geo           /nowhere         302 Country=us',
        '/evil/*        /:splat          302',
        '/*             /index.html      200',
      ].join('\n'),
    });
    const table: readonly [string, number, string][] = [
      ['/old/a/b?c=d', 301, '/new/a/b?c=d'],
      ['/old', 301, '/new/'],
      ['/temp', 302, '/real'],
      ['/real', 200, 'real'],
      ['/real.html', 301, '/forced'],
      ['/u/me/p/7', 200, 'item'],
      ['/q?id=a%20b', 301, '/by-id/a%20b'],
      ['/q', 301, '/plain'],
      ['/external', 301, 'https://other.example/path?x=1'],
      ['/proxy/a', 501, ''],
      ['/removed', 410, 'gone page'],
      ['/loop/x', 200, 'app'],
      ['/geo', 200, 'app'],
      ['/evil//other.example/x', 302, '/other.example/x'],
      ['/evil/%0d%0ax:y', 400, ''],
      ['/any/where', 200, 'app'],
    ];
    for (const [path, status, content] of table) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, status]);
      if (status === 200 || status === 410) expect(await response.text()).toBe(content);
      if (status === 301 || status === 302) expect(response.headers.get('location')).toBe(content);
    }
    expect((await get('/lang', { 'accept-language': 'de-CH,en;q=0.5' })).headers.get('location')).toBe('/de/');
    expect((await get('/lang', { 'accept-language': 'en' })).status).toBe(200);
    expect((await get('/lang')).headers.get('vary')).toContain('Accept-Language');
  });

  it('set headers, except those that are the server’s', async () => {
    const { get, shown } = await show({
      'index.html': 'start',
      'js/app.js': 'js',
      'a/b.html': 'b',
      _headers: [
        '/*',
        '  X-Frame-Options: DENY',
        '  Set-Cookie: a=b; Domain=jampot.localhost',
        '  Clear-Site-Data: "cookies"',
        '  Content-Length: 1',
        '  Basic-Auth: me:secret',
        '  X-Accel-Redirect: /private/file',
        '  X-Sendfile: /etc/passwd',
        '/js/*',
        '  Cache-Control: public, max-age=60',
        '  X-Frame-Options: SAMEORIGIN',
        '/:any/b',
        '  X-One: 1',
      ].join('\n'),
    });
    const start = await get('/');
    expect([start.headers.get('x-frame-options'), start.headers.get('set-cookie'), start.headers.get('clear-site-data')]).toEqual([
      'DENY',
      null,
      null,
    ]);
    expect(start.headers.get('content-length')).toBe('5');
    expect([start.headers.get('x-accel-redirect'), start.headers.get('x-sendfile')]).toEqual([null, null]);
    const script = await get('/js/app.js');
    expect([script.headers.get('cache-control'), script.headers.get('x-frame-options')]).toEqual(['public, max-age=60', 'SAMEORIGIN']);
    expect((await get('/a/b')).headers.get('x-one')).toBe('1');
    const said = JSON.stringify(shown.summary.messages);
    for (const name of ['Set-Cookie', 'Clear-Site-Data', 'Content-Length', 'Basic-Auth', 'X-Accel-Redirect', 'X-Sendfile'])
      expect(said).toContain(name);
  });

  it('say who may read a site, which is else the IDE', async () => {
    const tree = {
      'index.html': 'start',
      'a.png': Uint8Array.of(1),
      'open/data.json': '{}',
      _headers: '/open/*\n  Access-Control-Allow-Origin: *\n/shut\n  access-control-allow-origin: https://friend.example\n',
      'shut.html': 'shut',
      _redirects: '/old /new 301\n/api/* https://api.example/:splat 200',
    };
    const readers = async ({ get }: Awaited<ReturnType<typeof show>>, path: string, method = 'GET') => {
      const { headers } = await get(path, { origin: 'https://other.example' }, method);
      return [headers.get('access-control-allow-origin'), headers.get('vary')];
    };
    const ide = await show(tree, { readableBy: BASE.origin });
    expect(await readers(ide, '/')).toEqual([BASE.origin, 'Accept-Encoding, Origin']);
    expect(await readers(ide, '/a.png')).toEqual([BASE.origin, 'Origin']);
    expect(await readers(ide, '/open/data.json')).toEqual(['*', 'Accept-Encoding']);
    expect(await readers(ide, '/shut')).toEqual(['https://friend.example', 'Accept-Encoding']);
    for (const path of ['/old', '/nothing', '/api/x', '/%zz'])
      expect([path, ...(await readers(ide, path))]).toEqual([path, BASE.origin, 'Origin']);
    expect(await readers(ide, '/', 'OPTIONS')).toEqual([BASE.origin, 'Origin']);
    const nobody = await show(tree);
    expect(await readers(nobody, '/')).toEqual([null, 'Accept-Encoding']);
    expect(await readers(nobody, '/nothing')).toEqual([null, null]);
    expect(await readers(nobody, '/open/data.json')).toEqual(['*', 'Accept-Encoding']);
  });

  it('come from netlify.toml, too, and from what Netlify’s client makes of it; none of it is served', async () => {
    const toml =
      '[build]\npublish = "/home/me/site"\n[[redirects]]\nfrom = "/a"\nto = "/b"\nstatus = 302\n[[headers]]\nfor = "/*"\n[headers.values]\nX-Toml = "yes"\n';
    const { get } = await show({ 'index.html': 'start', 'netlify.toml': toml, _redirects: '/a /first', _headers: '' });
    expect((await get('/a')).headers.get('location')).toBe('/first');
    expect((await get('/')).headers.get('x-toml')).toBe('yes');
    for (const path of ['/netlify.toml', '/_redirects', '/_headers', '/%5fredirects', '/netlify%2etoml'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  it('that cannot be obeyed are named in the deploy’s summary', async () => {
    const { shown, get } = await show({
      'index.html': 'start',
      _redirects: '/a /b 302 Country=us\n/api/* https://api.example/:splat 200\n/nonsense\n/x* /y\n/f /.netlify/functions/f 200\n',
      'netlify.toml': 'this = is [not toml',
    });
    const said = shown.summary.messages.map(({ title, description }) => `${title}: ${description}`).join('\n');
    for (const part of ['Country', 'https://api.example', '501', '/nonsense', '/x*', '.netlify/functions', 'configuration file'])
      expect(said).toContain(part);
    expect(said).not.toMatch(/\/tmp\/|jampot-rules/);
    expect((await get('/f')).status).toBe(501);
  });

  it('never make the address of another host of what a reader asks for', async () => {
    const rule = (from: string, to: string): string => `[[redirects]]\nfrom = "${from}"\nto = "${to}"\nstatus = 301\n`;
    const { get, shown } = await show({ 'index.html': 'start', 'netlify.toml': rule('/a/*', ':splat') + rule('/b/*', '/:splat') });
    expect((await get('/a///other.example')).status).toBe(404);
    expect((await get('/b///other.example')).headers.get('location')).toBe('/other.example');
    expect(JSON.stringify(shown.summary.messages)).toContain('neither a path');
  });

  it('that need too many comparisons are refused, not waited for', async () => {
    const _headers = Array.from({ length: 1900 }, (_, index) => `/*${'a'.repeat(400)}${index}\n  X-A: 1`).join('\n');
    const { get } = await show({ 'index.html': 'start', '404.html': 'none', _headers });
    expect((await get('/')).status).toBe(200);
    expect((await get(`/${'a'.repeat(8000)}`)).status).toBe(503);
    expect((await get(`/${'a'.repeat(9000)}`)).status).toBe(414);
  });

  it('that are more than anybody needs are left out, and the deploy says so', async () => {
    const files: readonly Tree[] = [
      { _headers: '/a\n  x: y\n'.repeat(80_000) },
      { _headers: `/a\n${Array.from({ length: 50_000 }, (_, index) => `  x${index}: y`).join('\n')}` },
      { _redirects: '/a /b\n'.repeat(150_000) },
      { 'netlify.toml': '[[redirects]]\nfrom="/a"\nto="/"\n'.repeat(30_000) },
      { _headers: `# ${'x'.repeat(2 ** 20)}` },
    ];
    for (const tree of files) {
      const { shown, get } = await show({ 'index.html': 'start', ...tree });
      expect(shown.summary.messages.map(({ title }) => title).join()).toMatch(/not read/);
      expect((await get('/')).status).toBe(200);
    }
  });

  it('of any kind cannot make the server slow or fail', async () => {
    const star = `/${'a*'.repeat(200)}b`;
    const hostile: readonly Tree[] = [
      { 'index.html': 'x', _headers: `${star}\n  X-A: 1\n/${'*'.repeat(500)}\n  X-B: 1\n` },
      { 'index.html': 'x', _redirects: `/${':a/'.repeat(300)}* /:splat\n__proto__ /x\n/x __proto__=:y /:y 301\n` },
      { 'index.html': 'x', 'netlify.toml': '[[redirects]]\nfrom = 5\nto = {}\n[[headers]]\nfor = []\n[__proto__]\nx = 1\n' },
      { 'index.html': 'x', 'netlify.toml': 'redirects = "x"\nheaders = 5\n' },
      {
        'index.html': 'x',
        _redirects: Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256),
        _headers: '\u0000\u0001: x\n  : y\n',
      },
      { 'index.html': 'x', _redirects: Array.from({ length: 3000 }, (_, index) => `/${index} /x`).join('\n') },
    ];
    for (const tree of hostile) {
      const { get, shown } = await show(tree);
      expect(shown.state).toBe('ready');
      expect([200, 301]).toContain((await get('/')).status);
      for (const path of [`/${'a'.repeat(3000)}`, '/x?__proto__=1', `/${'x/'.repeat(300)}`])
        expect((await get(path)).status).toBeLessThan(500);
    }
  });
});
