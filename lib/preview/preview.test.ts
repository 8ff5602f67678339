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
  it('ignores ports and addresses that are none', async () => {
    const engine = createFakeEngine();
    const preview = createPreview();
    await preview.attach(engine);
    engine.emit('port', -1, 'open', url(1));
    engine.emit('port', 80, 'open', 'javascript:alert(1)');
    await vi.waitFor(() => expect(preview.store.getState().ports.size).toBe(0));
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
    expect(readPreviewMessage({ jampot: 'preview-location', path: '/a/', title: 'A' }, url(80))).toEqual({
      path: '/a/',
      title: 'A',
      loaded: false,
    });
    expect(readPreviewMessage({ jampot: 'preview-location', path: '/', title: 1, loaded: true }, url(80))).toEqual({
      path: '/',
      title: '',
      loaded: true,
    });
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
