import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { test, expect } from './support/test.ts';
import { testAddresses } from './support/addresses.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks 127.0.0.1 under another Host name: only browsers resolve every name below localhost. */
function ask(host: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(testAddresses().base);
    const request = httpRequest({ host: '127.0.0.1', port, path, headers: { ...headers, host: `${host}:${port}` } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });
}

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': expect.stringMatching(/^(same|cross)-origin$/),
  'origin-agent-cluster': '?1',
  'x-content-type-options': 'nosniff',
};

test.describe('the origins over HTTP', () => {
  test('are isolated, static files and pages of the framework included', async () => {
    const page = await ask('jampot.localhost', '/');
    const [script] = /\/_next\/static\/[^"]+\.js/.exec(page.body) ?? [];
    expect(script).toBeDefined();
    for (const [host, path] of [
      ['jampot.localhost', '/'],
      ['jampot.localhost', script ?? ''],
      ['jampot.localhost', '/no/such/page'],
      ['jampot.localhost', '/api/health'],
      ['blog.jampot.localhost', '/headless'],
      ['blog.jampot.localhost', '/engine/host.js'],
      ['p80--blog.jampot.localhost', '/__jampot/sw.js'],
      ['p80--blog.jampot.localhost', '/'],
    ] as const) {
      expect((await ask(host, path)).headers, `${host}${path}`).toMatchObject(ISOLATED);
    }
  });

  test('answer the API under every host name', async () => {
    for (const host of ['jampot.localhost', 'localhost', '127.0.0.1', 'blog.jampot.localhost', 'anything.example']) {
      expect(await ask(host, '/api/health'), host).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    }
  });

  test('refuse what no registry path is', async () => {
    for (const [path, status] of [
      ['%E0%A4%A', 400],
      ['..%2f..%2fhealth', 404],
      ['-/%00', 404],
    ] as const) {
      const answer = await ask('jampot.localhost', `/api/registry/${path}`);
      expect([path, answer.status]).toEqual([path, status]);
      expect(JSON.parse(answer.body)).toHaveProperty('title');
    }
  });

  test('take a flood of cookies away that is not the IDE’s', async () => {
    const flood = Array.from({ length: 20 }, (_, i) => `flood${i}=${'x'.repeat(1000)}`).join('; ');
    const answer = await ask('jampot.localhost', '/', { cookie: flood });
    expect(answer.status).toBe(200);
    expect(answer.headers['clear-site-data']).toBe('"cookies"');
    expect(answer.headers['set-cookie']).toContain('flood0=; Path=/; Domain=jampot.localhost; Max-Age=0');
  });

  test('redirect localhost to the base', async ({ base }) => {
    expect(await ask('localhost', '/new/eleventy-blog?a=1')).toMatchObject({
      status: 307,
      headers: { location: `${base.origin}/new/eleventy-blog?a=1` },
    });
  });

  test('serve the engine’s files with types that browsers run, and hashed ones for ever', async () => {
    const host = await ask('blog.jampot.localhost', '/engine/host.js');
    expect(host).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('javascript'), 'cache-control': 'no-cache' },
    });
    for (const [pattern, type] of [
      [/\/engine\/kernel-worker\.[0-9a-f]{12}\.js/, 'javascript'],
      [/\/engine\/llhttp\.[0-9a-f]{12}\.wasm/, 'application/wasm'],
    ] as const) {
      const [asset] = pattern.exec(host.body) ?? [];
      expect(await ask('blog.jampot.localhost', asset ?? '/none')).toMatchObject({
        status: 200,
        headers: { 'content-type': expect.stringContaining(type), 'cache-control': 'public, max-age=31536000, immutable' },
      });
    }
  });

  test('serve the preview’s worker for its whole origin', async () => {
    const worker = await ask('p80--blog.jampot.localhost', '/__jampot/sw.js');
    expect(worker).toMatchObject({
      status: 200,
      headers: { 'service-worker-allowed': '/', 'content-type': expect.stringContaining('javascript') },
    });
  });

  test('keep one project’s API from pages of another origin', async ({ page, base, engineOrigin, previewOrigin }) => {
    await page.goto(`${previewOrigin('blog', 80)}/__jampot/bridge`);
    for (const origin of [base.origin, engineOrigin('other')]) {
      const result = await page.evaluate(
        (url) =>
          fetch(url).then(
            (response) => response.status,
            () => 'refused',
          ),
        `${origin}/api/registry/left-pad`,
      );
      expect(result, origin).toBe('refused');
    }
  });
});

test.describe('isolation in the browser', () => {
  test('reaches the engine’s frame in any allowed page, and no other page can frame it', async ({
    openClient,
    engineOrigin,
    previewOrigin,
    page,
  }) => {
    for (const from of ['same-site', 'loopback'] as const) {
      const client = await openClient({ from });
      expect(await client.evaluate(() => crossOriginIsolated)).toBe(true);
      const isolated = await client.evaluate(
        async (url) => {
          const frame = document.createElement('iframe');
          frame.allow = 'cross-origin-isolated';
          frame.src = url;
          await new Promise((loaded) => {
            frame.onload = loaded;
            document.body.append(frame);
          });
          return frame.src;
        },
        `${engineOrigin('framed')}/headless`,
      );
      const frame = client.frame({ url: isolated });
      expect(await frame?.evaluate(() => crossOriginIsolated)).toBe(true);
    }
    // A preview is a sibling where the project's code runs: it must not boot another project's engine.
    await page.goto(`${previewOrigin('blog', 80)}/__jampot/bridge`);
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.evaluate(
      (url) => {
        const frame = document.createElement('iframe');
        frame.src = url;
        document.body.append(frame);
      },
      `${engineOrigin('other')}/headless`,
    );
    await refused;
  });
});
