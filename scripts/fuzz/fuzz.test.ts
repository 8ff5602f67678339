import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.mjs';
import { TARGETS } from './targets.mjs';

// A little of `npm run fuzz`, always the same: new inputs are that command's, a change that has nothing to do with them is not judged by them.
describe('hostile input', () => {
  for (const name of Object.keys(TARGETS)) {
    it(`does nothing else to ${TARGETS[name]?.what} than it may`, { timeout: 120_000 }, async () => {
      expect((await fuzz(name, 2000, 1)).inputs).toBe(2000);
    });
  }
});
