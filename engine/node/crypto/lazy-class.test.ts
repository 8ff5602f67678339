import { describe, expect, it, vi } from 'vitest';
import { type Constructor, lazyClass } from './lazy-class.ts';

class Real {
  readonly size: number;
  constructor(size: number) {
    this.size = size;
  }
  double(times: number): number {
    return this.size * 2 * times;
  }
}

type Instance = { double(times: number): number; size: number };

describe('lazyClass', () => {
  it('loads the class with the first instance, not before', () => {
    const load = vi.fn<() => Constructor>(() => Real as unknown as Constructor);
    const Lazy = lazyClass('Thing', ['double'], load, ['size']) as unknown as new (size: number) => Instance;
    expect(Lazy.name).toBe('Thing');
    expect(load).not.toHaveBeenCalled();
    const thing = new Lazy(4);
    expect([thing.double(3), thing.size, Object.keys(thing)]).toEqual([24, 4, ['size']]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('refuses other receivers', () => {
    const Lazy = lazyClass('Thing', ['double'], () => Real as unknown as Constructor) as unknown as { prototype: Instance };
    expect(() => Lazy.prototype.double.call({}, 1)).toThrow('Illegal invocation');
  });
});
