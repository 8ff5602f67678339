import { describe, expect, it } from 'vitest';
import { createLayout, DEFAULT_LAYOUT, savedLayout } from './layout.ts';

describe('createLayout', () => {
  it('saves what it is told, and reads it back', () => {
    let text = '';
    const layout = createLayout({}, (saved) => (text = saved));
    layout.set({ bottomOpen: false });
    layout.resized('side', { 'panel-side': 20, 'panel-main': 80 });
    expect(savedLayout(text)).toMatchObject({ bottomOpen: false, sizes: { side: { 'panel-side': 20, 'panel-main': 80 } } });
    expect(createLayout(savedLayout(text), () => {}).store.getState()).toEqual({ ...layout.store.getState() });
  });
  it('toggles side panels', () => {
    const layout = createLayout({}, () => {});
    layout.toggleSide('search');
    expect(layout.store.getState()).toMatchObject({ side: 'search', sideOpen: true });
    layout.toggleSide('search');
    expect(layout.store.getState().sideOpen).toBe(false);
  });
  it('does not remember the panel of a narrow screen', () => {
    let text = '';
    createLayout({}, (saved) => (text = saved)).set({ narrow: 'terminal' });
    expect(JSON.parse(text)).not.toHaveProperty('narrow');
  });
});

describe('savedLayout', () => {
  it.each([
    undefined,
    null,
    '',
    'no json',
    '7',
    '{"side":"evil","sideOpen":"yes","sizes":{"side":{"panel-side":"wide"}}}',
    '{"sizes":{"side":{"x":-1}}}',
  ])('takes nothing unsound from %j', (text) => {
    expect({ ...DEFAULT_LAYOUT, ...savedLayout(text) }).toEqual(DEFAULT_LAYOUT);
  });
});
