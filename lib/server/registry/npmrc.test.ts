import { describe, expect, it } from 'vitest';
import { parseNpmrc } from './npmrc.ts';

describe('parseNpmrc', () => {
  it('reads pairs, comments, flags and arrays', () => {
    const values = parseNpmrc(
      '; c\n# c\nregistry = https://r.example/\nfund\nca[] = "a\\nb"\nca[] = c\n//r.example/:_authToken=abc==\n',
      {},
    );
    expect([...values]).toEqual([
      ['registry', 'https://r.example/'],
      ['fund', 'true'],
      ['ca', ['a\nb', 'c']],
      ['//r.example/:_authToken', 'abc=='],
    ]);
  });

  it('expands variables as npm does', () => {
    const values = parseNpmrc('a=${TOKEN}\nb=${NONE}\nc=${NONE?}\nd=\\${TOKEN}', { TOKEN: 't' });
    expect(Object.fromEntries(values)).toEqual({ a: 't', b: '${NONE}', c: '', d: '${TOKEN}' });
  });
});
