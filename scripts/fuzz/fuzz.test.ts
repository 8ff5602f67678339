import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.mjs';
import { TARGETS } from './targets.mjs';

// A little of `npm run fuzz`: some inputs that are always the same, some that never are. A failure names the seed.
describe('hostile input', () => {
  for (const name of Object.keys(TARGETS)) {
    it(`does nothing else to ${TARGETS[name]?.what} than it may`, { timeout: 120_000 }, async () => {
      await fuzz(name, 1000, 1);
      expect((await fuzz(name, 1000, Date.now() % 2 ** 31)).inputs).toBe(1000);
    });
  }
});
