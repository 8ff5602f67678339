import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startAutosave } from './autosave.ts';
import type { Content } from './content.ts';
import { createProject, type Project } from './project.ts';
import type { ProjectStorage, StorageBatch } from './storage.ts';

class MemoryStorage implements ProjectStorage {
  readonly files = new Map<string, Content>();
  readonly folders = new Set<string>();
  readonly links = new Map<string, string>();
  readonly executables = new Set<string>();
  removed: readonly string[] = [];
  batches = 0;
  failure: Error | null = null;

  async load(): Promise<null> {
    return null;
  }
  async save(batch: StorageBatch): Promise<void> {
    this.batches += 1;
    if (this.failure) throw this.failure;
    for (const [path, content] of batch.files ?? []) {
      if (content === null) this.files.delete(path);
      else this.files.set(path, content);
    }
    for (const [path, exists] of batch.folders ?? []) {
      if (exists) this.folders.add(path);
      else this.folders.delete(path);
    }
    for (const [path, target] of batch.links ?? []) {
      if (target === null) this.links.delete(path);
      else this.links.set(path, target);
    }
    for (const [path, is] of batch.executables ?? []) {
      if (is) this.executables.add(path);
      else this.executables.delete(path);
    }
    if (batch.removed) this.removed = batch.removed;
  }
  async destroy(): Promise<void> {}
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(): { project: Project; storage: MemoryStorage; save: ReturnType<typeof startAutosave>; errors: unknown[] } {
  const project = createProject({ id: 'p', name: 'P', files: [['posts/a.md', 'a']] });
  const storage = new MemoryStorage();
  storage.files.set('posts/a.md', 'a');
  storage.folders.add('posts');
  const errors: unknown[] = [];
  return { project, storage, save: startAutosave(project, storage, { delay: 100, onError: (error) => errors.push(error) }), errors };
}

describe('startAutosave', () => {
  it('writes within the delay although typing goes on', async () => {
    const { project, storage } = open();
    for (let time = 0; time < 150; time += 10) {
      project.write('posts/a.md', `typed at ${time}`);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(storage.files.get('posts/a.md')).toMatch(/^typed at/);
  });
  it('marks files unsaved until they are stored', async () => {
    const { project, save } = open();
    project.write('posts/a.md', 'b');
    expect(project.store.getState()).toMatchObject({ unsaved: new Set(['posts/a.md']), storage: 'saving' });
    await save.flush();
    expect(project.store.getState()).toMatchObject({ unsaved: new Set(), storage: 'saved' });
  });
  it('stores new folders, moves and removals', async () => {
    const { project, storage, save } = open();
    project.mkdir('img/icons');
    project.rename('posts', 'notes');
    project.write('notes/b.md', 'b');
    project.remove('notes/a.md');
    await save.flush();
    expect([...storage.files]).toEqual([['notes/b.md', 'b']]);
    expect([...storage.folders].sort()).toEqual(['img', 'img/icons', 'notes']);
  });
  it('remembers removals until the engine has done them', async () => {
    const { project, storage, save } = open();
    project.remove('posts');
    await save.flush();
    expect([...storage.removed].sort()).toEqual(['posts', 'posts/a.md']);
    save.acknowledge(['posts', 'posts/a.md']);
    await save.flush();
    expect(storage.removed).toEqual([]);
  });
  it('forgets a removal when the file is made again', async () => {
    const { project, storage, save } = open();
    project.remove('posts/a.md');
    project.write('posts/a.md', 'new');
    await save.flush();
    expect(storage.removed).toEqual([]);
    expect(storage.files.get('posts/a.md')).toBe('new');
  });
  it('keeps what the storage refused, says so, and tries again', async () => {
    const { project, storage, save, errors } = open();
    storage.failure = new Error('QuotaExceededError');
    project.write('posts/a.md', 'lost?');
    await vi.advanceTimersByTimeAsync(200);
    expect(errors).toHaveLength(1);
    expect(project.store.getState()).toMatchObject({ unsaved: new Set(['posts/a.md']), storage: 'failed' });
    storage.failure = null;
    await save.flush();
    expect(storage.files.get('posts/a.md')).toBe('lost?');
    expect(project.store.getState().storage).toBe('saved');
  });
  it('does not write back what came from storage', async () => {
    const { project, storage, save } = open();
    project.write('posts/a.md', 'from another tab', 'storage');
    await save.flush();
    expect(storage.batches).toBe(0);
  });
});

describe('startAutosave, with modes and symlinks', () => {
  it('keeps them, moves them and removes them', async () => {
    const { project, storage, save } = open();
    project.setExecutable('posts/a.md', true);
    project.link('posts/link', 'a.md');
    await save.flush();
    expect([[...storage.links], [...storage.executables]]).toEqual([[['posts/link', 'a.md']], ['posts/a.md']]);
    project.rename('posts', 'notes');
    await save.flush();
    expect([[...storage.links], [...storage.executables]]).toEqual([[['notes/link', 'a.md']], ['notes/a.md']]);
    project.remove('notes/link');
    project.write('notes/link', 'a file');
    await save.flush();
    expect([[...storage.links], storage.files.get('notes/link')]).toEqual([[], 'a file']);
  });
  it('tries again what could not be written', async () => {
    const { project, storage, save } = open();
    storage.failure = new Error('full');
    project.link('link', 'posts/a.md');
    project.setExecutable('posts/a.md', true);
    await expect(save.flush()).rejects.toThrow('full');
    storage.failure = null;
    await save.flush();
    expect([[...storage.links], [...storage.executables]]).toEqual([[['link', 'posts/a.md']], ['posts/a.md']]);
  });
});
