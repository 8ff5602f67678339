import type { Page, Route } from '@playwright/test';
import { hexDigest } from '../../lib/deploy/digest.ts';
import type { FakeNetlify } from '../../lib/deploy/testing/fake-netlify.ts';

/** Lets a page's calls to Netlify through the server's proxy, and its look at what is live, end at a fake in this process. */
export async function routeToFake(page: Page, fake: FakeNetlify): Promise<void> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  await page.route('**/api/providers/netlify/**', async (route: Route) => {
    const request = route.request();
    const url = request.url().replace(/^.*\/api\/providers\/netlify/, 'https://api.netlify.com');
    const body = request.postDataBuffer();
    if (url.includes('/files/') && request.method() === 'PUT')
      files.set(await hexDigest('SHA-1', new Uint8Array(body ?? [])), new Uint8Array(body ?? []));
    const authorization = (await request.headerValue('authorization')) ?? '';
    const response = await fake.fetch(url, {
      method: request.method(),
      headers: { authorization },
      ...(body === null ? {} : { body: new Uint8Array(body) }),
    });
    await route.fulfill({ status: response.status, contentType: 'application/json', body: Buffer.from(await response.arrayBuffer()) });
  });
  await page.route('**/api/deploys/check?*', async (route: Route) => {
    const { hostname, pathname } = new URL(new URL(route.request().url()).searchParams.get('url') ?? '');
    const path = decodeURIComponent(pathname)
      .slice(1)
      .replace(/^$|\/$/, (slash) => `${slash}index.html`);
    const sha = fake.at(hostname)[path];
    const bytes = sha === undefined ? undefined : files.get(sha);
    const sha256 = await hexDigest('SHA-256', bytes ?? new Uint8Array());
    await route.fulfill({ json: { status: bytes === undefined ? 404 : 200, sha256, size: bytes?.length ?? 0 } });
  });
}
