import { afterEach, describe, expect, it, vi } from 'vitest';
import { bootEarly, takeEarlyLock } from './boot.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser with locks that are free, and what it says of its databases. */
function browser(databases: () => Promise<{ name: string }[]>): Set<string> {
  const held = new Set<string>();
  const request = async (name: string, _options: object, use: (lock: object) => Promise<void>): Promise<void> => {
    held.add(name);
    await use({ name });
    held.delete(name);
  };
  const getDirectory = (): Promise<never> => Promise.reject(new DOMException('There is none.', 'NotFoundError'));
  vi.stubGlobal('navigator', { locks: { request }, storage: { getDirectory } });
  vi.stubGlobal('indexedDB', { databases });
  vi.stubGlobal('document', { readyState: 'complete' });
  vi.stubGlobal('jampotEarlyBoot', undefined);
  return held;
}

describe('bootEarly', () => {
  it('holds the writer lock of no project that the browser does not have', async () => {
    const held = browser(() => Promise.resolve([{ name: 'jampot-project-garden' }]));
    bootEarly('blog');
    expect(await takeEarlyLock('blog')).toBeNull();
    expect(held).toEqual(new Set());
  });

  it('lets go of the writer lock when the browser cannot say what it has', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const held = browser(() => Promise.reject(new Error('damaged')));
    bootEarly('blog');
    expect(held).toEqual(new Set(['jampot-writer-blog']));
    expect(await takeEarlyLock('blog')).toBeNull();
    await vi.waitFor(() => expect(held).toEqual(new Set()));
    await vi.waitFor(() =>
      expect(warned).toHaveBeenCalledWith(expect.stringContaining('booted early'), expect.objectContaining({ message: 'damaged' })),
    );
  });
});
