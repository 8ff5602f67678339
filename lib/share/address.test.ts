import { describe, expect, it } from 'vitest';
import { parseShareAddress, sharePath } from './address.ts';

describe('parseShareAddress', () => {
  it.each([
    ['my-blog', { id: 'my-blog', version: null }],
    ['my-blog@12', { id: 'my-blog', version: 12 }],
    ['my-blog%4012', { id: 'my-blog', version: 12 }],
  ])('reads %s', (text, address) => expect(parseShareAddress(text)).toEqual(address));
  it.each([
    '',
    '@1',
    'my-blog@',
    'my-blog@0',
    'my-blog@01',
    'my-blog@1.5',
    'my-blog@-1',
    'my-blog@1@2',
    'My-Blog',
    '../x',
    'a--b',
    'edge',
    'my-blog@9999999999',
  ])('refuses %j', (text) => expect(parseShareAddress(text)).toBeNull());
  it('is what sharePath writes', () => {
    for (const address of [
      { id: 'a', version: null },
      { id: 'a', version: 3 },
    ])
      expect(parseShareAddress(sharePath(address).slice(3))).toEqual(address);
  });
});
