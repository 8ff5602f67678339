/** Requests of a preview reach the guest's server, and its answers the page. */
import { expect, test } from '../../e2e/support/test.ts';
import { bootPreviews, openFrame, startServer } from './testing/preview-page.ts';

const PAGE = "const page = (text) => '<!doctype html><html><head><title>Guest</title></head><body>' + text + '</body></html>';";

test.describe('a preview', () => {
  test('is served by the guest from its first load on, isolated', async ({ openClient, previewOrigin, project }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `${PAGE} require('http').createServer((q, r) => r.setHeader('content-type', 'text/html').setHeader('x-frame-options', 'DENY')
         .end(page(q.method + ' ' + q.url + ' ' + q.headers.host))).listen(3000)`,
    );
    expect(url).toBe(previewOrigin(project, 3000));
    const frame = await openFrame(page, `${url}/a/b?c=d`);
    expect(await frame.evaluate(() => [document.body.textContent, document.title, crossOriginIsolated])).toEqual([
      'GET /a/b?c=d localhost:3000',
      'Guest',
      true,
    ]);
  });

  test('opens in a tab of its own, at any of its addresses', async ({ openClient, context }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, "require('http').createServer((q, r) => r.end('at ' + q.url)).listen(3000)");
    const tab = await context.newPage();
    await tab.goto(`${url}/posts/1`);
    await expect(tab.locator('body')).toHaveText('at /posts/1');
  });
});

test('a page learns whether its server has another document by now', async ({ openClient }) => {
  const page = await openClient();
  await bootPreviews(page);
  const url = await startServer(
    page,
    `${PAGE} let text = 'one', asked = 0;
     require('http').createServer((q, r) => {
       if (q.url.startsWith('/become/')) text = q.url.slice(8);
       r.setHeader('content-type', 'text/html').end(page(q.url === '/clock' ? String(asked++) : text));
     }).listen(3000)`,
  );
  const current = { current: true };
  const ask = async (): Promise<unknown> => (await fetch('/__jampot/current')).json();
  const frame = await openFrame(page, url);
  expect(await frame.evaluate(ask)).toEqual(current);
  await frame.evaluate(() => fetch('/become/two'));
  expect(await frame.evaluate(ask)).toEqual({ current: false });
  const clock = await openFrame(page, `${url}/clock`);
  expect(await clock.evaluate(ask)).toEqual({ current: null });
});

test.describe('requests', () => {
  test('run side by side', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    // Each answer waits for the others' requests.
    const url = await startServer(
      page,
      `const waiting = [];
       require('http').createServer((q, r) => {
         if (q.url === '/') return r.end('page');
         waiting.push(() => r.end(q.url));
         if (waiting.length === 6) waiting.forEach((answer) => answer());
       }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const answers = await frame.evaluate(() => Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => (await fetch(`/r${n}`)).text())));
    expect(answers).toEqual(['/r1', '/r2', '/r3', '/r4', '/r5', '/r6']);
  });

  test('carry long bodies, and answers of the same length', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `const { createHash } = require('crypto');
       require('http').createServer((q, r) => {
         if (q.method !== 'POST') return r.end('page');
         const hash = createHash('sha256'); let bytes = 0; const parts = [];
         q.on('data', (part) => { hash.update(part); bytes += part.length; parts.push(part); });
         q.on('end', () => { r.setHeader('x-received', bytes + ' ' + hash.digest('hex')); r.setHeader('x-type', q.headers['content-type']); r.end(Buffer.concat(parts)); });
       }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const result = await frame.evaluate(async () => {
      const sent = new Uint8Array(5 * 1024 * 1024);
      for (let i = 0; i < sent.length; i++) sent[i] = (i * 31 + (i >> 12)) & 255;
      const response = await fetch('/upload', { method: 'POST', body: sent, headers: { 'content-type': 'application/x-test' } });
      const received = new Uint8Array(await response.arrayBuffer());
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', sent));
      return {
        head: response.headers.get('x-received'),
        type: response.headers.get('x-type'),
        expected: `${sent.length} ${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
        isSame: received.length === sent.length && received.every((byte, at) => byte === sent[at]),
      };
    });
    expect(result).toEqual({ head: result.expected, expected: result.expected, type: 'application/x-test', isSame: true });
  });

  test('carry short bodies with their length', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `require('http').createServer((q, r) => { let text = ''; q.on('data', (part) => (text += part)).on('end', () => r.end(JSON.stringify([q.method, q.headers['content-length'], q.headers['transfer-encoding'] ?? null, q.headers.origin ?? null, text]))); }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const answers = await frame.evaluate(() =>
      Promise.all(
        [{ method: 'PUT', body: 'grüße' }, { method: 'POST' }, { method: 'DELETE' }].map(
          async (init) => (await fetch('/', init)).json() as Promise<unknown>,
        ),
      ),
    );
    const origin = 'http://localhost:3000';
    expect(answers).toEqual([
      ['PUT', '7', null, origin, 'grüße'],
      ['POST', '0', null, origin, ''],
      ['DELETE', null, null, origin, ''],
    ]);
  });

  test('that are aborted end at the guest', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `let closed = () => {}; const ended = new Promise((resolve) => (closed = resolve));
       require('http').createServer((q, r) => {
         if (q.url === '/endless') { r.write('x'); r.on('close', () => closed('closed')); return; }
         if (q.url === '/ended') return void ended.then((text) => r.end(text));
         r.end('page');
       }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const text = await frame.evaluate(async () => {
      const abort = new AbortController();
      const response = await fetch('/endless', { signal: abort.signal });
      await response.body?.getReader().read();
      abort.abort();
      return (await fetch('/ended')).text();
    });
    expect(text).toBe('closed');
  });
});

test.describe('answers', () => {
  test('stream', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `let rest = () => {};
       require('http').createServer((q, r) => {
         if (q.url === '/stream') { r.write('first'); rest = () => r.end('second'); return; }
         if (q.url === '/go') { rest(); return r.end('gone'); }
         if (q.url === '/events') { r.setHeader('content-type', 'text/event-stream'); r.write('data: one\\n\\n'); rest = () => r.write('event: other\\ndata: two\\n\\n'); return; }
         r.end('page');
       }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const parts = await frame.evaluate(async () => {
      const reader = (await fetch('/stream')).body!.pipeThrough(new TextDecoderStream()).getReader();
      const first = (await reader.read()).value;
      await fetch('/go');
      const second = (await reader.read()).value;
      const source = new EventSource('/events');
      const one = await new Promise((resolve) => source.addEventListener('message', ({ data }) => resolve(data)));
      const two = new Promise((resolve) => source.addEventListener('other', ({ data }) => resolve(data)));
      await fetch('/go');
      const events = [one, await two];
      source.close();
      return [first, second, ...events];
    });
    expect(parts).toEqual(['first', 'second', 'one', 'two']);
  });

  test('keep status and headers', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `const zlib = require('zlib');
       require('http').createServer((q, r) => {
         switch (q.url) {
           case '/missing': return r.writeHead(404, 'Not Here', { 'x-a': '1' }).end('no');
           case '/nothing': return r.writeHead(204).end();
           case '/same': return r.writeHead(304).end();
           case '/broken': return r.writeHead(500).end('oops');
           case '/zipped': return r.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(zlib.gzipSync('plain text'));
           case '/part': return r.writeHead(206, { 'content-range': 'bytes 2-4/10' }).end('0123456789'.slice(...q.headers.range.match(/(\\d+)-(\\d+)/).slice(1).map((n, i) => Number(n) + i)));
           case '/length': return r.writeHead(200, { 'content-length': 1234 }).end();
         }
         r.end('page ' + q.headers['accept-encoding']);
       }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const answers = await frame.evaluate(async () => {
      const look = async (path: string, init?: RequestInit): Promise<unknown[]> => {
        const response = await fetch(path, init);
        return [response.status, response.statusText, await response.text()];
      };
      return {
        missing: await look('/missing'),
        header: (await fetch('/missing')).headers.get('x-a'),
        nothing: await look('/nothing'),
        same: await look('/same'),
        broken: await look('/broken'),
        zipped: await look('/zipped'),
        part: await look('/part', { headers: { range: 'bytes=2-4' } }),
        head: (await fetch('/length', { method: 'HEAD' })).headers.get('content-length'),
        page: await look('/'),
      };
    });
    expect(answers).toEqual({
      missing: [404, 'Not Here', 'no'],
      header: '1',
      nothing: [204, 'No Content', ''],
      same: [304, 'Not Modified', ''],
      broken: [500, 'Internal Server Error', 'oops'],
      zipped: [200, 'OK', 'plain text'],
      part: [206, 'Partial Content', '234'],
      head: '1234',
      page: [200, 'OK', 'page identity'],
    });
  });

  test('redirect within the preview, whatever the guest calls itself', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `require('http').createServer((q, r) => {
         if (q.url === '/old') return r.writeHead(302, { location: 'http://localhost:3000/new?x#f' }).end();
         if (q.url === '/form') return r.writeHead(303, { location: 'done' }).end();
         r.end(q.method + ' ' + q.url);
       }).listen(3000)`,
    );
    const frame = await openFrame(page, `${url}/old`);
    expect(await frame.evaluate(() => [document.body.textContent, location.href])).toEqual(['GET /new?x', `${url}/new?x#f`]);
    const answer = await frame.evaluate(async () => {
      const response = await fetch('/form', { method: 'POST', body: 'a=b' });
      return [response.redirected, response.url, await response.text()];
    });
    expect(answer).toEqual([true, `${url}/done`, 'GET /done']);
  });

  test('set cookies, of which the page sees those that are for it', async ({ openClient }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(
      page,
      `require('http').createServer((q, r) => {
         if (q.url === '/login') r.setHeader('set-cookie', ['session=secret; HttpOnly; Path=/', 'theme=dark; Path=/']);
         if (q.url === '/logout') r.setHeader('set-cookie', 'session=; Max-Age=0; Path=/');
         r.setHeader('content-type', 'text/html').end(q.headers.cookie ?? 'none');
       }).listen(3000)`,
    );
    const frame = await openFrame(page, url);
    const seen = await frame.evaluate(async () => {
      const ask = async (path: string): Promise<string> => (await fetch(path)).text();
      const result: string[] = [await ask('/'), document.cookie];
      await ask('/login');
      result.push(document.cookie, await ask('/'));
      document.cookie = 'own=1; path=/';
      document.cookie = 'session=stolen; path=/';
      result.push(await ask('/'));
      document.cookie = 'theme=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT';
      await ask('/logout');
      return [...result, await ask('/'), document.cookie];
    });
    expect(seen).toEqual(['none', '', 'theme=dark', 'session=secret; theme=dark', 'session=secret; theme=dark; own=1', 'own=1', 'own=1']);
    const next = await openFrame(page, url);
    expect(await next.evaluate(() => [document.body.textContent, document.cookie])).toEqual(['own=1', 'own=1']);
  });
});

test.describe('fetch of another port', () => {
  test('reaches the guest there, by its own name and by localhost', async ({ openClient, previewOrigin, project }) => {
    const page = await openClient();
    await bootPreviews(page);
    const url = await startServer(page, "require('http').createServer((q, r) => r.end('page')).listen(3000)");
    await startServer(
      page,
      "require('http').createServer((q, r) => r.setHeader('access-control-allow-origin', '*').end('api ' + q.headers.host)).listen(4000)",
      4000,
    );
    const frame = await openFrame(page, url);
    const texts = await frame.evaluate(
      (urls) => Promise.all(urls.map(async (url) => (await fetch(url)).text())),
      [`${previewOrigin(project, 4000)}/`, 'http://localhost:4000/', 'http://127.0.0.1:4000/'],
    );
    expect(texts).toEqual(['api localhost:4000', 'api localhost:4000', 'api localhost:4000']);
  });
});
