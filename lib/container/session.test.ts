import { describe, expect, it, vi } from 'vitest';
import { createProblemsStore } from '../errors/problems-store.ts';
import { createProject } from '../project/project.ts';
import { createFakeEngine, type FakeEngine, type FakeProgram } from './fake-engine.ts';
import { createSession, type Session } from './session.ts';

const MANIFEST = JSON.stringify({ scripts: { dev: 'eleventy --serve' }, devDependencies: { '@11ty/eleventy': '3.1.8' } });
const serving: FakeProgram = async ({ print, killed }) => {
  print('Server at http://localhost:8080/\r\n');
  await killed;
  return 143;
};

function open(
  programs: Record<string, FakeProgram> = {},
  files: [string, string][] = [
    ['package.json', MANIFEST],
    ['package-lock.json', '{}'],
  ],
): {
  session: Session;
  engines: FakeEngine[];
  ends: ((message: string) => void)[];
  reloads: true[];
  problems: () => string[];
  codes: () => string[];
} {
  const problems = createProblemsStore();
  const engines: FakeEngine[] = [];
  const ends: ((message: string) => void)[] = [];
  const reloads: true[] = [];
  const session = createSession({
    project: createProject({ id: 'p', name: 'P', files }),
    problems,
    reload: async () => void reloads.push(true),
    boot: async (onEnded) => {
      ends.push(onEnded);
      const engine = createFakeEngine({ 'npm ci': () => 0, 'npm run dev': serving, ...programs });
      engines.push(engine);
      return engine;
    },
    removed: () => [],
    onRemoved: () => {},
    createManifest: () => {},
  });
  return {
    session,
    engines,
    ends,
    reloads,
    problems: () => problems.store.getState().problems.map(({ cause }) => cause),
    codes: () => problems.store.getState().problems.map(({ code }) => code),
  };
}
const status = (session: Session): string[] => Object.values(session.store.getState().steps).map((step) => step.status);

describe('createSession', () => {
  it('boots, installs from the lockfile and runs the dev script', async () => {
    const { session, engines } = open();
    await session.start();
    await vi.waitFor(() => expect(engines[0]?.spawned).toEqual(['npm ci', 'npm run dev']));
    expect(status(session)).toEqual(['done', 'done', 'running']);
    engines[0]?.emit('server-ready', 8080, 'http://p8080--p.localhost');
    expect(status(session)).toEqual(['done', 'done', 'done']);
  });
  it('takes the tick back from a dev server whose port closed while its script runs on', async () => {
    const { session, engines } = open({ 'npm ci': () => 0, 'npm run dev': () => new Promise<number>(() => {}) });
    await session.start();
    await vi.waitFor(() => expect(engines[0]?.spawned).toContain('npm run dev'));
    const url = 'http://p8080--p.localhost';
    engines[0]?.emit('server-ready', 8080, url);
    engines[0]?.emit('port', 9000, 'close', 'http://p9000--p.localhost');
    expect(session.store.getState().steps.dev).toMatchObject({ status: 'done', text: 'Serving on port 8080' });
    engines[0]?.emit('port', 8080, 'close', url);
    expect(session.store.getState().steps.dev).toMatchObject({
      status: 'running',
      text: 'Port 8080 has closed. Waiting for the dev server',
    });
    engines[0]?.emit('server-ready', 8081, 'http://p8081--p.localhost');
    expect(session.store.getState().steps.dev).toMatchObject({ status: 'done', text: 'Serving on port 8081' });
  });
  it('tells the progress of the install in words', async () => {
    const texts: string[] = [];
    const { session } = open({
      'npm ci': ({ print, env }) => {
        if (env['JAMPOT_PROGRESS'] === '1')
          print(`\u001b]7337;${JSON.stringify({ phase: 'fetch', done: 62, total: 107, bytes: 1000, name: 'ws' })}\u0007`);
        return 0;
      },
    });
    session.store.subscribe(({ steps }) => texts.push(steps.install.text));
    await session.start();
    await vi.waitFor(() => expect(status(session)[1]).toBe('done'));
    expect(texts).toContain('Installing 107 packages, 62 done');
    expect(session.store.getState().steps.install.text).toBe('Installed 107 packages, 1 kB');
    expect(session.log.text()).not.toContain('7337');
  });
  it('installs nothing when the packages are there', async () => {
    const { session, engines } = open();
    await session.start();
    await vi.waitFor(() => expect(engines[0]?.spawned).toHaveLength(2));
    await session.runAgain();
    await vi.waitFor(() => expect(engines[0]?.spawned).toEqual(['npm ci', 'npm run dev', 'npm run dev']));
    expect(session.store.getState().steps.install).toMatchObject({ status: 'skipped', text: 'Packages are installed' });
  });
  it.each([
    ['npm error code EINTEGRITY left-pad@1.0.0', 'left-pad@1.0.0'],
    ['npm error code ECONNREFUSED', 'registry did not answer'],
    ['npm error ENOSPC: no space left', 'full'],
  ])('explains an install that fails with %s', async (line, words) => {
    const { session, engines, problems } = open({ 'npm ci': ({ print }) => (print(`${line}\r\n`), 1) });
    await session.start();
    await vi.waitFor(() => expect(problems()).toEqual([expect.stringContaining(words)]));
    expect(status(session)).toEqual(['done', 'failed', 'waiting']);
    expect(engines[0]?.spawned).toEqual(['npm ci']);
  });
  it('says that a port is taken', async () => {
    const { session, problems } = open({
      'npm run dev': ({ print }) => (print('Error: listen EADDRINUSE: address already in use :::8080\r\n'), 1),
    });
    await session.start();
    await vi.waitFor(() => expect(problems()).toEqual([expect.stringContaining('port 8080')]));
  });
  it('reports a manifest without a dev script, and one that is no JSON', async () => {
    const without = open({}, [['package.json', '{}']]);
    await without.session.start();
    await vi.waitFor(() => expect(without.codes()).toEqual(['dev']));
    const broken = open({}, [['package.json', '{ "name": ']]);
    await broken.session.start();
    await vi.waitFor(() => expect(broken.codes()).toEqual(['manifest']));
  });
  it('reports an engine that does not start, and starts again', async () => {
    const problems = createProblemsStore();
    let tries = 0;
    const session = createSession({
      project: createProject({ id: 'p', name: 'P', files: [['package.json', MANIFEST]] }),
      problems,
      boot: async () => {
        tries += 1;
        if (tries === 1) throw new Error('silent');
        return createFakeEngine({ 'npm install': () => 0, 'npm run dev': serving });
      },
      removed: () => [],
      onRemoved: () => {},
      createManifest: () => {},
    });
    await session.start();
    expect(problems.store.getState().problems.map(({ code }) => code)).toEqual(['engine']);
    await problems.store.getState().problems[0]?.action?.run();
    await vi.waitFor(() => expect(session.store.getState().steps.dev.status).toBe('running'));
    expect(problems.store.getState().problems).toEqual([]);
  });
  it('offers a restart when the engine dies, and gets the files back into the next one', async () => {
    const { session, engines, codes } = open();
    await session.start();
    engines[0]?.emit('error', { message: 'out of memory' });
    expect(codes()).toEqual(['engine']);
    expect(session.store.getState().engine).toBeNull();
    await session.restart();
    expect([...(engines[1]?.files.keys() ?? [])]).toContain('package.json');
    expect(codes()).toEqual([]);
  });
  it('loads the page anew when the engine has ended without a word, and not before it is asked to', async () => {
    const { session, ends, reloads, engines, codes } = open();
    await session.start();
    ends[0]?.('the kernel is gone');
    expect(codes()).toEqual(['engine']);
    expect(session.store.getState().engine).toBeNull();
    expect(reloads).toHaveLength(0);
    await session.restart();
    expect(reloads).toHaveLength(1);
    expect(engines).toHaveLength(1);
  });
  it.each([
    ['JAMPOT_WORKER_DIED', 'worker'],
    ['JAMPOT_STORE_FULL', 'engine-store'],
    ['JAMPOT_SECOND_TAB', 'engine-store'],
  ])('goes on after %s', async (code, problem) => {
    const { session, engines, codes } = open();
    await session.start();
    engines[0]?.emit('error', { code, message: 'details' });
    expect(codes()).toEqual([problem]);
    expect(session.store.getState().engine).toBe(engines[0]);
  });
  it('stops the dev server on request without calling it a failure', async () => {
    const { session, codes } = open();
    await session.start();
    await vi.waitFor(() => expect(status(session)[2]).toBe('running'));
    await vi.waitFor(() => {
      session.stop();
      expect(status(session)[2]).toBe('stopped');
    });
    expect(codes()).toEqual([]);
  });
  it.each([
    [130, '^C'],
    [0, 'bye'],
    [1, 'npm error signal SIGINT'],
  ])('calls a dev server that ends with %i and %j stopped', async (code, line) => {
    const { session, problems } = open({ 'npm run dev': ({ print }) => (print(`${line}\r\n`), code) });
    await session.start();
    await vi.waitFor(() => expect(status(session)[2]).toBe('stopped'));
    expect(problems()).toEqual(['“npm run dev” has ended without an error.']);
  });
  it('says that there is no manifest', async () => {
    const { session, problems } = open({}, [['index.html', 'hi']]);
    await session.start();
    await vi.waitFor(() => expect(problems()).toEqual(['There is no package.json.']));
    expect(session.store.getState().steps.dev.text).toBe('There is no package.json');
  });

  it('tears down what is still booting when it is shut down, and starts again with the scripts of now', async () => {
    const project = createProject({ id: 'p', name: 'P', files: [['package.json', '{}']] });
    const booted = [Promise.withResolvers<FakeEngine>(), Promise.withResolvers<FakeEngine>()];
    const engines = booted.map(() => createFakeEngine({ 'npm run dev': serving }));
    let boots = 0;
    const session = createSession({
      project,
      problems: createProblemsStore(),
      boot: async () => (await booted[boots++]?.promise) ?? Promise.reject(new Error('a third boot')),
      removed: () => [],
      onRemoved: () => {},
      createManifest: () => {},
    });
    const started = session.start();
    const down = session.shutDown();
    booted[0]?.resolve(engines[0] as FakeEngine);
    await Promise.all([started, down]);
    expect(engines.map((engine) => engine.tornDown)).toEqual([true, false]);
    expect(session.store.getState().engine).toBeNull();
    expect(status(session)).toEqual(['waiting', 'waiting', 'waiting']);

    project.write('package.json', MANIFEST.replace('eleventy --serve', 'eleventy --watch'));
    booted[1]?.resolve(engines[1] as FakeEngine);
    await session.start();
    expect(session.store.getState().engine).toBe(engines[1]);
    expect(session.store.getState().scripts.dev).toBe('dev');
    session.dispose();
    expect(engines[1]?.tornDown).toBe(true);
  });
});
