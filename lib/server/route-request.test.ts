import { describe, expect, it } from 'vitest';
import { routeRequest, type Decision } from './route-request.ts';
import { readSettings } from './settings.ts';

const settings = readSettings({ JAMPOT_EMBEDDERS: 'https://docs.example.com', JAMPOT_FETCH: 'api.example.com' }, '/srv');

function ask(url: string, headers: Readonly<Record<string, string>> = {}): Decision {
  const { host, pathname, search } = new URL(url);
  const header = (name: string) => (name === 'host' ? host : (headers[name] ?? null));
  return routeRequest({ method: 'GET', path: pathname, search, header }, settings);
}

const IDE = 'http://jampot.localhost:3000';
const ENGINE = 'http://blog.jampot.localhost:3000';
const PREVIEW = 'http://p8080--blog.jampot.localhost:3000';
const NAVIGATION = { 'sec-fetch-mode': 'navigate' };

describe('routeRequest', () => {
  it('gives every origin the headers that isolate it', () => {
    for (const url of [
      `${IDE}/`,
      `${IDE}/api/health`,
      `${ENGINE}/headless`,
      `${ENGINE}/engine/host.js`,
      `${PREVIEW}/`,
      `${PREVIEW}/__jampot/sw.js`,
    ]) {
      const decision = ask(url, url === `${PREVIEW}/` ? NAVIGATION : {});
      if (decision.action === 'redirect') throw new Error(`${url} is redirected`);
      expect(decision.headers, url).toMatchObject({
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': expect.stringMatching(/^(same|cross)-origin$/),
        'Origin-Agent-Cluster': '?1',
        'X-Content-Type-Options': 'nosniff',
      });
    }
  });

  it('lets nobody frame the IDE, and the configured pages the engine', () => {
    expect(ask(`${IDE}/`)).toMatchObject({
      action: 'next',
      headers: { 'Content-Security-Policy': expect.stringContaining("frame-ancestors 'none'") },
    });
    expect(ask(`${ENGINE}/headless`)).toMatchObject({
      headers: {
        'Content-Security-Policy': expect.stringContaining('frame-ancestors http://jampot.localhost:3000 https://docs.example.com;'),
        'Cross-Origin-Resource-Policy': 'cross-origin',
      },
    });
  });

  it('writes the engine’s host script into its page where it has it', () => {
    const engine = {
      method: 'GET',
      path: '/headless',
      search: '',
      header: (name: string) => (name === 'host' ? new URL(ENGINE).host : null),
    };
    const page = (script: string | null) => routeRequest(engine, settings, () => script);
    expect(page('boot("</b>");')).toMatchObject({
      body: expect.stringMatching(/<script data-base="[^"]+" [^>]*>boot\("<\/b>"\);<\/script>/),
    });
    expect(page(null)).toMatchObject({ body: expect.stringContaining('<script src="/engine/host.js" data-base=') });
  });

  it('redirects loopback names to the base, path and query included', () => {
    expect(ask('http://localhost:3000/new/x?a=1')).toEqual({ action: 'redirect', location: `${IDE}/new/x?a=1` });
    expect(ask('http://127.0.0.1:3000/')).toEqual({ action: 'redirect', location: `${IDE}/` });
  });

  it('answers the API under every name, except where it would be a guest’s', () => {
    for (const origin of [IDE, ENGINE, 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://192.168.1.2:3000']) {
      expect(ask(`${origin}/api/health`), origin).toMatchObject({ action: 'next' });
    }
    expect(ask(`${PREVIEW}/api/health`, NAVIGATION)).toMatchObject({
      action: 'respond',
      status: 200,
      body: expect.stringContaining('/__jampot/bootstrap.js'),
    });
  });

  it.each(['cross-site', 'same-site'])('refuses the API to pages of another origin (%s)', (from) => {
    expect(ask(`${IDE}/api/registry/left-pad`, { 'sec-fetch-site': from })).toMatchObject({
      status: 403,
      body: expect.stringContaining('API_CROSS_ORIGIN'),
    });
  });

  it('gives an engine its page, its files and two proxies, and nothing else', () => {
    expect(ask(`${ENGINE}/headless?coep=credentialless`)).toMatchObject({
      status: 200,
      headers: { 'Cross-Origin-Embedder-Policy': 'credentialless' },
      body: expect.stringContaining('data-base="http://jampot.localhost:3000" data-project="blog" data-fetch="on"'),
    });
    expect(ask(`${ENGINE}/engine/host.js`)).toMatchObject({ action: 'next', headers: { 'Cache-Control': 'no-cache' } });
    expect(ask(`${ENGINE}/engine/node-builtins.0123456789ab.txt`)).toMatchObject({
      headers: { 'Cache-Control': 'public, max-age=31536000, immutable' },
    });
    expect(ask(`${ENGINE}/api/registry/@scope/name`)).toMatchObject({ action: 'next' });
    expect(ask(`${ENGINE}/api/fetch`)).toMatchObject({ action: 'next' });
    for (const path of ['/', '/new/eleventy-blog', '/_next/static/x.js', '/api/deploy', '/api/registryx']) {
      expect(ask(`${ENGINE}${path}`), path).toMatchObject({ status: 404 });
    }
  });

  it('keeps engine files off the IDE’s origin', () => {
    expect(ask(`${IDE}/engine/process-worker.js`)).toMatchObject({ status: 404 });
  });

  it('serves the preview worker for the whole origin', () => {
    expect(ask(`${PREVIEW}/__jampot/sw.js`)).toMatchObject({
      action: 'rewrite',
      path: '/engine/preview-sw.js',
      headers: { 'Service-Worker-Allowed': '/', 'Cache-Control': 'no-cache' },
    });
    expect(ask(`${PREVIEW}/__jampot/bridge`)).toMatchObject({
      status: 200,
      body: expect.stringContaining('data-engine="http://blog.jampot.localhost:3000" data-port="8080"'),
    });
    expect(ask(`${PREVIEW}/__jampot/other`)).toMatchObject({ status: 404 });
  });

  it('answers a preview’s navigations with the bootstrap and everything else with 503', () => {
    expect(ask(`${PREVIEW}/any/path`, NAVIGATION)).toMatchObject({ status: 200, body: expect.stringContaining('bootstrap.js') });
    expect(ask(`${PREVIEW}/style.css`, { 'sec-fetch-mode': 'no-cors' })).toMatchObject({ status: 503 });
    expect(ask(`${PREVIEW}/data.json`, { accept: '*/*' })).toMatchObject({ status: 503 });
  });

  it('has nothing under labels and names that are not its own', () => {
    expect(ask('http://a.b.jampot.localhost:3000/headless')).toMatchObject({ status: 404 });
    expect(ask('http://192.168.1.2:3000/')).toMatchObject({ status: 421, body: expect.stringContaining('JAMPOT_BASE_URL') });
  });

  it.each([
    '/%65ngine/host.js',
    '//engine/host.js',
    '/ENGINE/host.js',
    '/engine%2fhost.js',
    '/_next/image?url=%2Fa.png&w=64&q=75',
    '/_next/im%61ge',
  ])('has nothing at %s of the IDE', (path) => {
    expect(ask(`${IDE}${path}`)).toMatchObject({ action: 'respond', status: 404 });
  });

  it('finds the API behind escapes', () => {
    expect(ask(`${IDE}/%61pi/registry/x`, { 'sec-fetch-site': 'same-site' })).toMatchObject({ status: 403 });
  });

  it('refuses malformed escapes, except where the path is a guest’s', () => {
    expect(ask(`${IDE}/%E0%A4%A`)).toMatchObject({ status: 400, body: expect.stringContaining('malformed') });
    for (const origin of [IDE, ENGINE, 'http://localhost:3000']) {
      expect(ask(`${origin}/api/registry/%E0%A4%A`), origin).toMatchObject({
        status: 400,
        body: expect.stringContaining('"code":"MALFORMED_PATH"'),
        headers: { 'Content-Type': 'application/json' },
      });
    }
    expect(ask(`${PREVIEW}/100%`, NAVIGATION)).toMatchObject({ status: 200 });
  });

  it.each([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-mode': 'cors' },
    { 'accept-language': '' },
    { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' },
  ])('refuses the API to browsers under a name that is not its own (%j)', (headers) => {
    expect(ask('http://rebound.example:3000/api/registry/x', headers)).toMatchObject({
      status: 403,
      body: expect.stringContaining('API_FOREIGN_HOST'),
    });
    expect(ask('http://rebound.example:3000/api/registry/x', { 'user-agent': 'npm/11' })).toMatchObject({ action: 'next' });
  });

  it('answers with the icon where browsers look for one', () => {
    expect(ask(`${IDE}/favicon.ico`)).toMatchObject({ action: 'rewrite', path: '/icon.svg' });
  });
});
