import { describe, expect, it } from 'vitest';
import { createProject, type Change, type Project } from './project.ts';

function blog(): Project {
  return createProject({
    id: 'p',
    name: 'P',
    files: [
      ['index.njk', 'home'],
      ['posts/a.md', 'a'],
      ['posts/b.md', 'b'],
    ],
    folders: ['img'],
  });
}
const paths = (project: Project): string[] => [...project.store.getState().files.keys()].sort();

describe('createProject', () => {
  it('knows the folders above its files', () => {
    expect([...blog().store.getState().folders].sort()).toEqual(['img', 'posts']);
  });
});

describe('Project.write', () => {
  it('creates a file with its folders and tells listeners once', () => {
    const project = blog();
    const changes: Change[] = [];
    project.onChange((change) => changes.push(change));
    project.write('css/deep/style.css', 'x');
    project.write('css/deep/style.css', 'x');
    expect(changes).toEqual([{ kind: 'write', path: 'css/deep/style.css', content: 'x' }]);
    expect(project.store.getState().folders).toContain('css/deep');
  });
  it('refuses paths that leave the project, folders and files in the way', () => {
    const project = blog();
    expect(() => project.write('../x', '')).toThrow(expect.objectContaining({ code: 'bad-path' }));
    expect(() => project.write('posts', '')).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(() => project.write('index.njk/x', '')).toThrow(expect.objectContaining({ code: 'exists' }));
  });
  it('refuses the user while another tab writes, not storage', () => {
    const project = blog();
    project.store.setState({ writable: false });
    expect(() => project.write('index.njk', 'x')).toThrow(expect.objectContaining({ code: 'read-only' }));
    project.write('index.njk', 'y', 'storage');
    expect(project.store.getState().files.get('index.njk')).toBe('y');
  });
});

describe('ProjectState.paths', () => {
  it('changes when a file comes or goes, not when one is edited', () => {
    const project = blog();
    const { paths: before } = project.store.getState();
    project.write('posts/a.md', 'edited');
    expect(project.store.getState().paths).toBe(before);
    project.write('c.md', 'c');
    project.rename('posts', 'notes');
    project.remove('index.njk');
    expect([...project.store.getState().paths].sort()).toEqual(['c.md', 'notes/a.md', 'notes/b.md']);
  });
});

describe('Project.remove', () => {
  it('takes a folder with all below it and says what went', () => {
    const project = blog();
    const changes: Change[] = [];
    project.onChange((change) => changes.push(change));
    project.remove('posts');
    expect(paths(project)).toEqual(['index.njk']);
    expect(changes).toEqual([{ kind: 'remove', path: 'posts', files: ['posts/a.md', 'posts/b.md'], folders: ['posts'] }]);
  });
  it('leaves the folder of a removed file', () => {
    const project = blog();
    project.remove('posts/a.md');
    project.remove('posts/b.md');
    expect(project.store.getState().folders).toContain('posts');
  });
});

describe('Project.rename', () => {
  it('moves a folder with all below it', () => {
    const project = blog();
    project.rename('posts', 'writing/notes');
    expect(paths(project)).toEqual(['index.njk', 'writing/notes/a.md', 'writing/notes/b.md']);
    expect([...project.store.getState().folders].sort()).toEqual(['img', 'writing', 'writing/notes']);
  });
  it('refuses what is there, what is not, and a folder into itself', () => {
    const project = blog();
    expect(() => project.rename('posts/a.md', 'posts/b.md')).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(() => project.rename('nope', 'x')).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(() => project.rename('posts', 'posts/old')).toThrow(expect.objectContaining({ code: 'bad-path' }));
  });
});

describe('Project.load', () => {
  it('brings what was expected and leaves what was edited meanwhile', async () => {
    const project = createProject({ id: '', name: 'T', files: [['a.md', 'first']], expected: ['b.md'], complete: false });
    project.write('a.md', 'edited');
    project.load([
      ['a.md', 'first'],
      ['b.md', 'b'],
    ]);
    await project.whenComplete();
    expect([...project.store.getState().files]).toEqual([
      ['a.md', 'edited'],
      ['b.md', 'b'],
    ]);
    expect(project.store.getState().expected.size).toBe(0);
  });
  it('does not bring back what was removed meanwhile', () => {
    const project = createProject({ id: '', name: 'T', expected: ['a.md', 'b.md'], complete: false });
    project.remove('a.md');
    project.load([
      ['a.md', 'a'],
      ['b.md', 'b'],
    ]);
    expect(paths(project)).toEqual(['b.md']);
  });
});

describe('Project.link and setExecutable', () => {
  it('make a link that the tree shows, with its folders, and refuse what is in the way', () => {
    const project = blog();
    const changes: Change[] = [];
    project.onChange((change) => changes.push(change));
    project.link('shortcuts/latest', '../posts/b.md');
    expect(project.store.getState().links.get('shortcuts/latest')).toBe('../posts/b.md');
    expect(project.store.getState().paths).toContain('shortcuts/latest');
    expect(project.store.getState().folders).toContain('shortcuts');
    expect(changes).toEqual([{ kind: 'link', path: 'shortcuts/latest', target: '../posts/b.md' }]);
    expect(() => project.link('index.njk', 'x')).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(() => project.write('shortcuts/latest', 'x')).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(() => project.write('shortcuts/latest/x', 'x')).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(() => project.link('evil', '../x')).toThrow(expect.objectContaining({ code: 'bad-link' }));
  });
  it('follow a move, where a link may not lead outside', () => {
    const project = blog();
    project.setExecutable('posts/a.md', true);
    project.link('posts/up', '../index.njk');
    project.rename('posts', 'notes');
    expect([...project.store.getState().executables]).toEqual(['notes/a.md']);
    expect([...project.store.getState().links]).toEqual([['notes/up', '../index.njk']]);
    expect(() => project.rename('notes/up', 'up')).toThrow(expect.objectContaining({ code: 'bad-link' }));
    project.remove('notes');
    expect(project.store.getState().links.size + project.store.getState().executables.size).toBe(0);
  });
  it('know scripts as executable where nobody says', () => {
    const files: [string, string][] = [
      ['run', '#!/bin/sh'],
      ['a.md', 'a'],
    ];
    expect([...createProject({ id: 'p', name: 'P', files }).store.getState().executables]).toEqual(['run']);
    expect([...createProject({ id: 'p', name: 'P', files, executables: [] }).store.getState().executables]).toEqual([]);
  });
});
