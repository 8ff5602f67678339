import { describe, expect, it, vi } from 'vitest';
import { createFakeEngine } from '../container/fake-engine.ts';
import { addressPath, createPreview, previewBase } from './preview.ts';
import { readPreviewMessage } from './preview-script.ts';

const url = (port: number): string => `http://p${port}--x.jampot.localhost`;

describe('createPreview', () => {
  it('shows the first server that is ready', async () => {
    const engine = createFakeEngine();
    const preview = createPreview();
    await preview.attach(engine);
    engine.emit('server-ready', 8080, url(8080));
    engine.emit('server-ready', 9090, url(9090));
    expect(previewBase(preview.store.getState())).toBe(url(8080));
    preview.choosePort(9090);
    expect(previewBase(preview.store.getState())).toBe(url(9090));
    engine.emit('port', 9090, 'close', url(9090));
    expect(previewBase(preview.store.getState())).toBeNull();
  });
  it('serves the built folder on a port of its own and switches to it', async () => {
    const engine = createFakeEngine({
      'node -e': async ({ args, print, killed }) => {
        expect(args.slice(2)).toEqual(['_site', '4173']);
        engine.emit('port', 4174, 'open', url(4174));
        engine.emit('server-ready', 4174, url(4174));
        print('listening 4174\r\n');
        await killed;
        return 0;
      },
    });
    const preview = createPreview();
    await preview.attach(engine);
    engine.emit('server-ready', 8080, url(8080));
    await preview.serveBuilt('_site');
    expect(preview.store.getState()).toMatchObject({ mode: 'built', livePort: 8080, builtPort: 4174 });
    preview.setMode('live');
    expect(previewBase(preview.store.getState())).toBe(url(8080));
    await preview.serveBuilt('_site');
    expect(engine.spawned).toHaveLength(1);
  });
  it('reloads a page that missed an edit once for each edit, and only the live one', () => {
    vi.useFakeTimers();
    try {
      const preview = createPreview();
      expect(preview.mayBeOld()).toBe(false);
      expect(preview.isOld()).toBe(false);
      preview.edited();
      expect(preview.mayBeOld()).toBe(true);
      expect(preview.isOld()).toBe(true);
      expect(preview.mayBeOld()).toBe(false);
      expect(preview.isOld()).toBe(false);
      vi.advanceTimersByTime(1);
      preview.edited();
      preview.setMode('built');
      expect(preview.mayBeOld()).toBe(false);
      preview.setMode('live');
      expect(preview.mayBeOld()).toBe(true);
      vi.advanceTimersByTime(10_000);
      expect(preview.mayBeOld()).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
  it('rejects when the server of the built site ends', async () => {
    const engine = createFakeEngine({ 'node -e': ({ print }) => (print('boom'), 1) });
    const preview = createPreview();
    await preview.attach(engine);
    await expect(preview.serveBuilt('_site')).rejects.toThrow(/exit code 1/);
  });
  it('waits until pages of the built site are served', async () => {
    const engine = createFakeEngine({
      'node -e': async ({ print, killed }) => {
        engine.emit('port', 4173, 'open', url(4173));
        print('listening 4173\r\n');
        await killed;
        return 0;
      },
    });
    const preview = createPreview();
    await preview.attach(engine);
    let shown = false;
    const showing = preview.serveBuilt('_site').then(() => (shown = true));
    await vi.waitFor(() => expect(preview.store.getState().ports.has(4173)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([shown, preview.store.getState().mode]).toEqual([false, 'live']);
    engine.emit('server-ready', 4173, url(4173));
    await showing;
    expect(preview.store.getState()).toMatchObject({ mode: 'built', livePort: null, builtPort: 4173 });
  });
  it('ignores ports and addresses that are none', async () => {
    const engine = createFakeEngine();
    const preview = createPreview();
    await preview.attach(engine);
    engine.emit('port', -1, 'open', url(1));
    engine.emit('port', 80, 'open', 'javascript:alert(1)');
    await vi.waitFor(() => expect(preview.store.getState().ports.size).toBe(0));
  });
});

describe('an address that was entered', () => {
  /** @returns the preview, and how a page that began at `began` says where it is */
  const open = () => {
    const clock = { now: 1000 };
    const preview = createPreview(() => clock.now);
    const tell = (path: string, began: number, reloaded = false): void =>
      preview.located({ path, title: path, loaded: false, age: clock.now - began, reloaded });
    const shown = (): { path: string; load: number } => {
      const { path, load } = preview.store.getState();
      return { path, load };
    };
    return { clock, preview, tell, shown };
  };

  it('stays in the address bar while the page before still says where it is', () => {
    const { clock, preview, tell, shown } = open();
    preview.go('/next/');
    clock.now = 1100;
    tell('/before/', 900);
    expect(shown()).toEqual({ path: '/next/', load: 1 });
    tell('/next/', 1001);
    expect(shown()).toEqual({ path: '/next/', load: 1 });
    clock.now = 1200;
    tell('/next/#part', 1001);
    expect(shown()).toEqual({ path: '/next/#part', load: 1 });
  });

  it('is asked for again when the page before loads itself again, but not for ever', () => {
    const { clock, preview, tell, shown } = open();
    preview.go('/next/');
    for (const load of [2, 3, 4]) {
      clock.now += 100;
      tell('/before/', clock.now - 50, true);
      expect(shown()).toEqual({ path: '/next/', load });
    }
    clock.now += 100;
    tell('/before/', clock.now - 50, true);
    expect(shown()).toEqual({ path: '/before/', load: 4 });
  });

  it('gives way to where it leads', () => {
    const { clock, preview, tell, shown } = open();
    preview.go('/old/');
    clock.now = 1100;
    tell('/new/', 1001);
    clock.now = 5000;
    tell('/new/', 4900, true);
    expect(shown()).toEqual({ path: '/new/', load: 1 });
  });

  it('counts no more once the page was told to go back', () => {
    const { clock, preview, tell, shown } = open();
    preview.go('/next/');
    preview.left();
    clock.now = 1100;
    tell('/before/', 500);
    expect(shown()).toEqual({ path: '/before/', load: 1 });
  });
});

describe('addressPath', () => {
  it.each([
    ['posts/3/', '/posts/3/'],
    ['/a?b=c#d', '/a?b=c#d'],
    ['https://example.com/x', '/x'],
    ['//evil.example/x', '/x'],
    ['https://example.com//evil.example/x', '/evil.example/x'],
    ['javascript:alert(1)', '/alert(1)'],
    ['  ', '/'],
  ])('reads %j as %j', (typed, path) => {
    expect(addressPath(typed)).toBe(path);
  });
});

describe('readPreviewMessage', () => {
  it('takes a location', () => {
    const message = { jampot: 'preview-location', path: '/a/', title: 'A' };
    expect(readPreviewMessage({ ...message, age: 12.5, reloaded: true }, url(80))).toEqual({
      path: '/a/',
      title: 'A',
      loaded: false,
      age: 12.5,
      reloaded: true,
    });
    expect(readPreviewMessage({ ...message, title: 1, loaded: true, age: Number.NaN, reloaded: 'yes' }, url(80))).toMatchObject({
      title: '',
      loaded: true,
      age: 0,
      reloaded: false,
    });
  });
  it.each([-1, '5', undefined])('takes an age of %j for none', (age) => {
    expect(readPreviewMessage({ jampot: 'preview-location', path: '/', age }, url(80))).toMatchObject({ age: 0 });
  });
  it.each([
    null,
    'x',
    {},
    { jampot: 'preview-location' },
    { jampot: 'preview-location', path: 'a/' },
    ...['//evil', '/\\evil', '/\t/evil', '/\n\\evil', '//', '//[', 'http://evil/'].map((path) => ({ jampot: 'preview-location', path })),
    { jampot: 'preview-location', path: `/${'x'.repeat(3000)}` },
    { jampot: 'other', path: '/' },
  ])('refuses %j', (data) => {
    expect(readPreviewMessage(data, url(80))).toBeNull();
  });
});
