import { describe, expect, it } from 'vitest';
import { childrenOf } from './tree.ts';

describe('childrenOf', () => {
  it('puts folders first and sorts as people do', () => {
    const children = childrenOf(['b.md', 'a10.md', 'a2.md', 'posts/x.md', '.env'], new Set(['posts', 'Img']));
    expect(children.get('')).toEqual(['Img', 'posts', '.env', 'a2.md', 'a10.md', 'b.md']);
    expect(children.get('posts')).toEqual(['posts/x.md']);
    expect(children.get('Img')).toEqual([]);
  });
});
