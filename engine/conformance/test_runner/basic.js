// node: --test-reporter=tap
const { test, describe, it, before, after, beforeEach, mock } = require('node:test'); const assert = require('node:assert');
test('passes', () => {}); test('async', async () => { await null; }); test('fails', () => { assert.strictEqual(1, 2); }); test('skipped', { skip: 'reason' }, () => {}); test.todo('later'); test('sub', async (t) => { await t.test('inner', () => {}); t.diagnostic('note'); });
describe('suite', () => { before(() => console.log('before')); beforeEach(() => console.log('each')); it('one', () => {}); it('two', () => {}); after(() => console.log('after')); }); test('mock', () => { const f = mock.fn((x) => x + 1); f(1); assert.strictEqual(f.mock.callCount(), 1); });
