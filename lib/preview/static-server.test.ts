import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATIC_SERVER_SOURCE } from './static-server.ts';

let root = '';
let server: ChildProcess;
let base = '';

function start(port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['-e', STATIC_SERVER_SOURCE, root, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`exit code ${code}`)));
    child.stdout?.on('data', (data: Buffer) => resolve({ child, port: Number(/listening (\d+)/.exec(String(data))?.[1]) }));
  });
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'static-server-'));
  await mkdir(path.join(root, 'about'));
  await writeFile(path.join(root, 'index.html'), 'home');
  await writeFile(path.join(root, 'about/index.html'), 'about');
  await writeFile(path.join(root, 'contact.html'), 'contact');
  await writeFile(path.join(root, '404.html'), 'lost');
  await writeFile(path.join(root, 'ü b.css'), 'x{}');
  await writeFile(path.join(root, 'data.bin'), new Uint8Array([0, 1, 2, 3, 4]));
  const started = await start(20_000 + Math.floor(Math.random() * 20_000));
  server = started.child;
  base = `http://127.0.0.1:${started.port}`;
});
afterAll(async () => {
  server?.kill();
  await rm(root, { recursive: true, force: true });
});

const get = async (address: string, init?: RequestInit): Promise<{ status: number; body: string; headers: Headers }> => {
  const response = await fetch(base + address, { redirect: 'manual', ...init });
  return { status: response.status, body: await response.text(), headers: response.headers };
};

describe('the static server', () => {
  it('serves index files and pretty addresses', async () => {
    expect(await get('/')).toMatchObject({ status: 200, body: 'home' });
    expect(await get('/about/')).toMatchObject({ status: 200, body: 'about' });
    expect(await get('/contact')).toMatchObject({ status: 200, body: 'contact' });
  });
  it('sends folders to their slash, with the query', async () => {
    const response = await get('/about?x=1');
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toBe('/about/?x=1');
  });
  it('answers what is missing with 404.html and status 404', async () => {
    expect(await get('/nope/')).toMatchObject({ status: 404, body: 'lost' });
    expect(await get('/index.html/')).toMatchObject({ status: 404 });
  });
  it('does not leave the folder', async () => {
    expect(await get('/..%2f..%2fetc/passwd')).toMatchObject({ status: 404 });
    expect(await get('/%E0%A4%A')).toMatchObject({ status: 400 });
  });
  it('knows types and encoded names', async () => {
    const response = await get('/%C3%BC%20b.css');
    expect(response).toMatchObject({ status: 200, body: 'x{}' });
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });
  it('answers ranges and validators', async () => {
    const part = await get('/data.bin', { headers: { range: 'bytes=1-2' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 1-2/5');
    const whole = await get('/data.bin');
    const again = await get('/data.bin', { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    expect((await get('/data.bin', { headers: { range: 'bytes=9-' } })).status).toBe(416);
  });
  it('refuses to be written to', async () => {
    expect((await get('/', { method: 'POST' })).status).toBe(405);
  });
  it('takes the next port when one is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, resolve));
    const address = holder.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const { child, port } = await start(taken);
    child.kill();
    holder.close();
    expect(port).toBeGreaterThan(taken);
  });
});
