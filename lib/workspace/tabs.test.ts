import { describe, expect, it } from 'vitest';
import { createProject } from '../project/project.ts';
import { createTabs, type Tabs } from './tabs.ts';

function open(): { project: ReturnType<typeof createProject>; tabs: Tabs } {
  const project = createProject({ id: 'p', name: 'P', files: ['a', 'b', 'c', 'd/e'].map((path): [string, string] => [path, path]) });
  const tabs = createTabs(project, { open: ['a', 'b', 'c'], active: 'b' });
  return { project, tabs };
}

describe('createTabs', () => {
  it('opens beside the active tab, once', () => {
    const { tabs } = open();
    tabs.openFile('d/e');
    tabs.openFile('d/e');
    expect(tabs.store.getState()).toMatchObject({ open: ['a', 'b', 'd/e', 'c'], active: 'd/e' });
  });
  it('closes to the right neighbour, then to the left', () => {
    const { tabs } = open();
    tabs.close('b');
    expect(tabs.store.getState()).toMatchObject({ open: ['a', 'c'], active: 'c' });
    tabs.close('c');
    expect(tabs.store.getState().active).toBe('a');
    tabs.close('a');
    expect(tabs.store.getState()).toMatchObject({ open: [], active: null });
  });
  it('follows removed and moved files', () => {
    const { project, tabs } = open();
    tabs.openFile('d/e');
    project.rename('d', 'f');
    expect(tabs.store.getState().active).toBe('f/e');
    project.remove('f');
    expect(tabs.store.getState().open).toEqual(['a', 'b', 'c']);
  });
  it('goes around the ends', () => {
    const { tabs } = open();
    tabs.step(1);
    tabs.step(1);
    expect(tabs.store.getState().active).toBe('a');
    tabs.step(-1);
    expect(tabs.store.getState().active).toBe('c');
  });
  it('reveals a place anew each time', () => {
    const { tabs } = open();
    tabs.openFile('a', { line: 3 });
    const first = tabs.store.getState().reveal;
    tabs.openFile('a', { line: 3 });
    expect(tabs.store.getState().reveal).toEqual({ path: 'a', line: 3 });
    expect(tabs.store.getState().reveal).not.toBe(first);
  });
});
