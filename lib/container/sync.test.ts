import { describe, expect, it, vi } from 'vitest';
import { ignoredPaths } from '../project/ignored.ts';
import { createProject, type Project, type ProjectState } from '../project/project.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { reconcile } from './reconcile.ts';
import { startSync, type Sync } from './sync.ts';

const ignores = ignoredPaths('_site');

async function open(
  files: [string, string][] = [
    ['a.md', 'a'],
    ['posts/b.md', 'b'],
  ],
  { delay = 1 }: { readonly delay?: number } = {},
): Promise<{ project: Project; engine: FakeEngine; sync: Sync; skipped: string[] }> {
  const project = createProject({ id: 'p', name: 'P', files });
  const engine = createFakeEngine();
  await reconcile(project, engine, { ignores, removed: [] });
  const skipped: string[] = [];
  const sync = startSync(project, engine, {
    ignores,
    delay,
    onError: (error) => {
      throw error;
    },
    onSkipped: (path) => skipped.push(path),
  });
  return { project, engine, sync, skipped };
}
const inEngine = (engine: FakeEngine, path: string): string | null => {
  const bytes = engine.files.get(path);
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
};
const inProject = (project: Project, path: string): unknown => project.store.getState().files.get(path);

describe('startSync, when the engine refuses', () => {
  it('keeps what was typed, and brings it when there is room again', async () => {
    const project = createProject({
      id: 'p',
      name: 'P',
      files: [
        ['a.md', 'a'],
        ['b.md', 'b'],
      ],
    });
    const engine = createFakeEngine();
    await reconcile(project, engine, { ignores, removed: [] });
    const errors: string[] = [];
    const onRecovered = vi.fn<() => void>();
    const sync = startSync(project, engine, { ignores, delay: 1, onError: (_error, path) => errors.push(path), onRecovered });
    const writeFile = engine.fs.writeFile.bind(engine.fs);
    // As on a full disk: the file is emptied when it is opened, then the write fails.
    const full = vi.spyOn(engine.fs, 'writeFile').mockImplementation(async (path) => {
      engine.change(path, '');
      throw new Error('ENOSPC: no space left on device');
    });
    project.write('a.md', 'typed');
    project.write('b.md', 'typed too');
    await sync.settled();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(errors.sort()).toEqual(['a.md', 'b.md']);
    expect(inProject(project, 'a.md')).toBe('typed');

    full.mockImplementation(writeFile);
    project.write('b.md', 'room again');
    await vi.waitFor(() => expect(onRecovered).toHaveBeenCalledOnce());
    expect(inEngine(engine, 'a.md')).toBe('typed');
    expect(inEngine(engine, 'b.md')).toBe('room again');
  });
});

describe('startSync, from the project to the engine', () => {
  it('writes edits, the newest content of a burst once', async () => {
    const { project, engine, sync } = await open();
    for (const text of ['1', '12', '123']) project.write('a.md', text);
    await sync.settled();
    expect(inEngine(engine, 'a.md')).toBe('123');
    expect(engine.writes).toEqual(['a.md']);
  });
  it('writes the first edit at once, and the next ones together after a while', async () => {
    const { project, engine, sync } = await open(undefined, { delay: 60_000 });
    project.write('a.md', '1');
    await vi.waitFor(() => expect(inEngine(engine, 'a.md')).toBe('1'));
    project.write('a.md', '12');
    project.write('posts/b.md', 'another path');
    await vi.waitFor(() => expect(inEngine(engine, 'posts/b.md')).toBe('another path'));
    project.write('a.md', '123');
    expect(engine.writes).toEqual(['a.md', 'posts/b.md']);
    await sync.settled();
    expect(inEngine(engine, 'a.md')).toBe('123');
    expect(engine.writes).toEqual(['a.md', 'posts/b.md', 'a.md']);
  });
  it('creates folders, moves and removes', async () => {
    const { project, engine, sync } = await open();
    project.write('new/deep/c.md', 'c');
    project.mkdir('empty');
    project.rename('posts', 'notes');
    project.remove('a.md');
    await sync.settled();
    expect([...engine.files.keys()].sort()).toEqual(['new/deep/c.md', 'notes/b.md']);
    expect([...engine.folders]).toContain('empty');
    expect([...engine.folders]).not.toContain('posts');
  });
  it('does not bring back a file that was removed while its write was waiting', async () => {
    const { project, engine, sync } = await open();
    project.write('posts/b.md', 'edited');
    project.remove('posts');
    await sync.settled();
    expect([...engine.files.keys()]).toEqual(['a.md']);
  });
});

describe('startSync, from the engine to the project', () => {
  it('takes over changed, new and removed files', async () => {
    const { project, engine } = await open();
    engine.change('a.md', 'changed');
    engine.change('made/by/tool.json', '{}');
    engine.change('posts/b.md', null);
    await vi.waitFor(() => {
      expect(inProject(project, 'a.md')).toBe('changed');
      expect(inProject(project, 'made/by/tool.json')).toBe('{}');
      expect(inProject(project, 'posts/b.md')).toBeUndefined();
    });
  });
  it('finds the files of a folder that appeared', async () => {
    const { project, engine } = await open();
    engine.files.set('generated/x.txt', new TextEncoder().encode('x'));
    engine.announce('generated');
    await vi.waitFor(() => expect(inProject(project, 'generated/x.txt')).toBe('x'));
  });
  it('leaves packages, output, caches and foreign paths in the engine', async () => {
    const { project, engine } = await open();
    for (const path of ['node_modules/x/index.js', '_site/index.html', '.cache/x', '../outside', '/etc/passwd']) engine.change(path, 'x');
    engine.change('last.md', 'x');
    await vi.waitFor(() => expect(inProject(project, 'last.md')).toBe('x'));
    expect([...project.store.getState().files.keys()].sort()).toEqual(['a.md', 'last.md', 'posts/b.md']);
  });
  it('lets the editor win over a report about an older content', async () => {
    const { project, engine, sync } = await open();
    project.write('a.md', 'typed 1');
    await sync.settled();
    engine.announce('a.md');
    project.write('a.md', 'typed 2');
    await new Promise((resolve) => setTimeout(resolve, 80));
    await sync.settled();
    expect(inProject(project, 'a.md')).toBe('typed 2');
    expect(inEngine(engine, 'a.md')).toBe('typed 2');
  });
  it('refuses a file that is too large and says so', async () => {
    const { project, engine, skipped } = await open();
    engine.change('video.mp4', new Uint8Array(17 * 1024 * 1024));
    await vi.waitFor(() => expect(skipped).toEqual(['video.mp4']));
    expect(inProject(project, 'video.mp4')).toBeUndefined();
  });
});

describe('startSync, with modes and symlinks', () => {
  const state = (project: Project): Pick<ProjectState, 'files' | 'links' | 'executables'> => project.store.getState();

  it('learns from the engine what is executable and where links point', async () => {
    const { project, engine } = await open();
    engine.change('run.sh', 'echo');
    engine.chmod('run.sh', 0o755);
    engine.symlink('posts/c.md', 'b.md');
    engine.symlink('dangling', 'nowhere/at/all');
    engine.chmod('a.md', 0o755);
    await vi.waitFor(() => {
      expect([...state(project).executables].sort()).toEqual(['a.md', 'run.sh']);
      expect([...state(project).links].sort()).toEqual([
        ['dangling', 'nowhere/at/all'],
        ['posts/c.md', 'b.md'],
      ]);
    });
    // The target's content is not taken for the link's.
    expect([...state(project).files.keys()].sort()).toEqual(['a.md', 'posts/b.md', 'run.sh']);
    engine.chmod('run.sh', 0o644);
    engine.remove('dangling');
    engine.remove('posts/c.md');
    engine.change('posts/c.md', 'a file now');
    await vi.waitFor(() => {
      expect([...state(project).executables]).toEqual(['a.md']);
      expect(state(project).links.size).toBe(0);
      expect(inProject(project, 'posts/c.md')).toBe('a file now');
    });
  });
  it('leaves links that lead outside in the engine and says so', async () => {
    const { project, engine, skipped } = await open();
    engine.symlink('outside', '../../etc');
    engine.symlink('absolute', '/etc/passwd');
    await vi.waitFor(() => expect(skipped.sort()).toEqual(['absolute', 'outside']));
    expect(state(project).links.size).toBe(0);
  });
  it('brings modes and links to the engine', async () => {
    const { project, engine, sync } = await open();
    project.write('bin/tool', 'echo');
    project.setExecutable('bin/tool', true);
    project.link('tool', 'bin/tool');
    await sync.settled();
    expect(engine.modes.get('bin/tool')).toBe(0o755);
    expect(engine.links.get('tool')).toBe('bin/tool');
    project.rename('bin', 'scripts');
    project.link('tool', 'scripts/tool');
    await sync.settled();
    expect(engine.modes.get('scripts/tool')).toBe(0o755);
    expect(engine.links.get('tool')).toBe('scripts/tool');
    project.setExecutable('scripts/tool', false);
    await sync.settled();
    expect(engine.modes.get('scripts/tool')).toBe(0o644);
  });
  it('does not write through a link that became a file', async () => {
    const { project, engine, sync } = await open();
    project.link('link', 'a.md');
    await sync.settled();
    project.remove('link');
    project.write('link', 'of its own');
    await sync.settled();
    expect(inEngine(engine, 'link')).toBe('of its own');
    expect(inEngine(engine, 'a.md')).toBe('a');
    expect(engine.links.size).toBe(0);
  });
  it('does not ask the engine for the modes of what it has just written', async () => {
    const { project, engine, sync } = await open();
    project.write('a.md', 'typed');
    await sync.settled();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await sync.settled();
    expect(engine.spawned).toEqual([]);
  });
});

describe('reconcile, with modes and symlinks', () => {
  it('makes the engine have the project’s, and takes what only the engine has', async () => {
    const project = createProject({
      id: 'p',
      name: 'P',
      files: [
        ['tool', 'echo'],
        ['script.sh', '#!/bin/sh'],
        ['plain.sh', '#!/bin/sh'],
        ['was-a-link', 'mine'],
        ['other.md', 'other'],
      ],
      links: [
        ['latest', 'other.md'],
        ['was-a-file', 'other.md'],
      ],
      executables: ['tool', 'script.sh'],
    });
    const engine = createFakeEngine();
    engine.symlink('was-a-link', 'other.md');
    engine.change('was-a-file', 'theirs');
    engine.change('made/tool', 'x');
    engine.chmod('made/tool', 0o755);
    engine.symlink('made/link', 'tool');
    await reconcile(project, engine, { ignores, removed: [] });
    expect(inEngine(engine, 'was-a-link')).toBe('mine');
    expect(inEngine(engine, 'other.md')).toBe('other');
    expect([...engine.links].sort()).toEqual([
      ['latest', 'other.md'],
      ['made/link', 'tool'],
      ['was-a-file', 'other.md'],
    ]);
    expect(['tool', 'script.sh', 'plain.sh'].map((path) => engine.modes.get(path))).toEqual([0o755, 0o755, 0o644]);
    const { links, executables } = project.store.getState();
    expect(links.get('made/link')).toBe('tool');
    expect([...executables].sort()).toEqual(['made/tool', 'script.sh', 'tool']);
  });
});

describe('reconcile', () => {
  it('does not lose what is edited, made, moved or removed while it runs', async () => {
    const project = createProject({
      id: 'p',
      name: 'P',
      files: [
        ['a.md', 'old'],
        ['b.md', 'b'],
        ['posts/c.md', 'c'],
      ],
    });
    const engine = createFakeEngine();
    const mount = engine.mount.bind(engine);
    engine.mount = async (tree) => {
      await mount(tree as never);
      project.write('a.md', 'typed');
      project.write('new/d.md', 'd');
      project.remove('b.md');
      project.rename('posts', 'notes');
    };
    const pending = await reconcile(project, engine, { ignores, removed: [] });
    const sync = startSync(project, engine, { ignores, pending, delay: 1, onError: (error) => expect.fail(String(error)) });
    // The engine's watcher tells late of the files that were mounted.
    for (const path of ['a.md', 'b.md', 'posts/c.md']) engine.announce(path);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await sync.settled();
    const expected = ['a.md', 'new/d.md', 'notes/c.md'];
    expect([...engine.files.keys()].sort()).toEqual(expected);
    expect([...project.store.getState().files.keys()].sort()).toEqual(expected);
    expect(inEngine(engine, 'a.md')).toBe('typed');
    expect(inProject(project, 'a.md')).toBe('typed');
  });
  it('mounts text and bytes, removes what was removed while away, and takes what only the engine has', async () => {
    const project = createProject({
      id: 'p',
      name: 'P',
      files: [
        ['a.md', 'mine'],
        ['img/x.png', new Uint8Array([0, 255, 1])],
      ],
      folders: ['empty'],
    });
    const engine = createFakeEngine();
    engine.change('a.md', 'theirs');
    engine.change('gone.md', 'x');
    engine.change('made-in-terminal.md', 'y');
    engine.change('node_modules/x/y.js', 'z');
    await reconcile(project, engine, { ignores, removed: ['gone.md'] });
    expect(inEngine(engine, 'a.md')).toBe('mine');
    expect(engine.files.get('img/x.png')).toEqual(new Uint8Array([0, 255, 1]));
    expect([...engine.folders]).toContain('empty');
    expect([...engine.files.keys()]).not.toContain('gone.md');
    expect([...project.store.getState().files.keys()].sort()).toEqual(['a.md', 'img/x.png', 'made-in-terminal.md']);
  });
});
