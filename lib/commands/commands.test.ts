import { describe, expect, it } from 'vitest';
import { fuzzyMatch, keyLabel, matchesKey, search } from './commands.ts';

describe('search', () => {
  const names = ['_includes/base.njk', 'posts/first-strawberries.md', 'package.json', 'package-lock.json', 'Prebuild the site'];
  const first = (query: string): string | undefined => search(query, names, (name) => name)[0]?.item;
  it('prefers the beginnings of words and shorter names', () => {
    expect(first('pack')).toBe('package.json');
    expect(first('pl')).toBe('package-lock.json');
    expect(first('base')).toBe('_includes/base.njk');
    expect(first('fs')).toBe('posts/first-strawberries.md');
    expect(first('PREB')).toBe('Prebuild the site');
  });
  it('returns everything in order for nothing, and nothing for nonsense', () => {
    expect(search('', names, (name) => name).map(({ item }) => item)).toEqual(names);
    expect(search('zzz', names, (name) => name)).toEqual([]);
  });
});

describe('fuzzyMatch', () => {
  it('says which characters matched', () => {
    expect(fuzzyMatch('fm', 'first.md')?.positions).toEqual([0, 6]);
  });
  it('finds a match where jumping to word starts would miss it', () => {
    expect(fuzzyMatch('abc', 'xabc a')).not.toBeNull();
  });
});

describe('keys', () => {
  const press = (
    key: string,
    more: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>>,
  ): Parameters<typeof matchesKey>[1] => ({
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...more,
  });
  it('match on both platforms', () => {
    expect(matchesKey('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true);
    expect(matchesKey('Mod+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(matchesKey('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false);
    expect(matchesKey('Mod+K', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  });
  it('have names', () => {
    expect(keyLabel('Mod+Shift+F', true)).toBe('⌘⇧F');
    expect(keyLabel('Mod+Shift+F', false)).toBe('Ctrl+Shift+F');
  });
});
