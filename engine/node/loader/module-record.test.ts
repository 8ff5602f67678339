import { describe, expect, it } from 'vitest';
import { runBoth } from './testing/graph.ts';

/** Each graph prints what a program can observe; native Node is the judge. */
const graphs: Record<string, Record<string, string>> = {
  'live bindings, renamed, with string names': {
    'main.mjs': `import value, { count, inc, 'a b' as ab, z } from './a.mjs'; import * as ns from './a.mjs';
      console.log(value, count, z, ab); inc(); console.log(count, ns.count, { count }, [count], \`\${count}\`, typeof count, ab);
      try { count = 5 } catch (error) { console.log(error.name, error.message, count) }
      try { count++ } catch (error) { console.log(error.name, count) }
      try { ({ count } = { count: 7 }) } catch (error) { console.log(error.name, count) }
      { let count = 'inner'; count += '!'; console.log(count) }`,
    'a.mjs': `export let count = 0; export function inc() { count++; [count] = [count + 10]; for (count of [count + 100]); }
      export { count as 'a b' }; export const { x, y: [z = 4] } = { x: 1, y: [] }; export default 'default value';`,
  },
  'default exports and their names': {
    'main.mjs': `import a from './a.mjs'; import b from './b.mjs'; import c from './c.mjs'; import d from './d.mjs'; import e, { setE } from './e.mjs'; import f from './f.mjs';
      for (const value of [a, b, c, d, e]) console.log(value.name, String(value)); setE(); console.log(e, f);`,
    'a.mjs': 'export default function () { return 1 }',
    'b.mjs': 'export default class { static own = this.name }',
    'c.mjs': 'export default async (a) => await a',
    'd.mjs': 'export default (function* () {})',
    'e.mjs': 'export default function named() {} export const setE = () => { named = 3 }',
    'f.mjs': 'let a = 1; export default a; a = 2',
  },
  'cycles: hoisted functions, dead zones, updates': {
    'main.mjs': "import './a.mjs'",
    'a.mjs': `import { b, getB, later } from './b.mjs'; export function a() { return 'a' + b } export let state = 'A';
      console.log('a', b, getB(), later()); state = 'B'; console.log(later()); export { b };`,
    'b.mjs': `import { a, state as renamed } from './a.mjs'; import * as ns from './a.mjs'; export let b = 1;
      export const getB = () => { b++; return a() }; export const later = () => renamed;
      for (const read of [() => renamed, () => ns.state]) try { read() } catch (error) { console.log(error.name, error.message) }
      console.log('b', a(), typeof a, { a }.a.name, a.toString(), later + '', a\`x\`);`,
  },
  'a module that imports itself': {
    'main.mjs': `import * as self from './main.mjs'; import { late as again, default as fallback } from './main.mjs';
      for (const read of [() => self.late, () => again, () => self.default, () => fallback]) try { console.log(read()) } catch (error) { console.log(error.message) }
      export let late = 1; export default class {} console.log(late, again, self.late, Reflect.ownKeys(self), this);`,
  },
  'top-level await: order, siblings, errors': {
    'main.mjs': `console.log('main'); import './a.mjs'; import './b.mjs'; import { late } from './late.mjs'; console.log('main after', late);
      for (let time = 0; time < 2; time++) await import('./bad.mjs').catch((error) => console.log(error.message));
      for await (const value of [1, Promise.resolve(2)]) console.log(value);`,
    'a.mjs': "import './shared.mjs'; console.log('a1'); await null; console.log('a2'); await null; console.log('a3')",
    'b.mjs': "import './shared.mjs'; console.log('b1'); await null; console.log('b2')",
    'late.mjs': 'export let late = 1; await null; late = 2',
    'shared.mjs': "console.log('shared'); await null; console.log('shared2')",
    'bad.mjs': "await null; throw new Error('bad')",
  },
  'a cycle with top-level await': {
    'main.mjs': "import { b } from './b.mjs'; export const a = () => 'a'; await null; console.log('main', b())",
    'b.mjs': "import { a } from './main.mjs'; export function b() { return 'b' + a() } console.log('b'); await null; console.log('b2')",
  },
  'errors of linking and of evaluation': {
    'main.mjs': `for (const name of ['missing', 'ambiguous', 'throws', 'throws', 'indirect', 'deadzone']) await import('./' + name + '.mjs').catch((error) => console.log(error.name, error.message));`,
    'missing.mjs': "import { nothing } from './one.mjs'",
    'ambiguous.mjs': "import { value } from './both.mjs'",
    'both.mjs': "export * from './one.mjs'; export * from './two.mjs'",
    'one.mjs': 'export const value = 1',
    'two.mjs': 'export const value = 2',
    'throws.mjs': "console.log('throws'); throw new Error('thrown')",
    'indirect.mjs': "export { nothing as something } from './one.mjs'",
    'deadzone.mjs': "import { v } from './deadzone2.mjs'; export const w = 1; console.log(v)",
    'deadzone2.mjs': "import { w as renamed } from './deadzone.mjs'; export const v = renamed",
  },
  'namespace objects': {
    'main.mjs': `import * as ns from './a.mjs'; const attempt = (run) => { try { return run() } catch (error) { return error.name } };
      console.log(Reflect.ownKeys(ns), Object.keys(ns), Object.getOwnPropertyDescriptor(ns, 'b'), Object.getOwnPropertyDescriptor(ns, Symbol.toStringTag));
      console.log(attempt(() => { ns.b = 2 }), attempt(() => { ns.new = 2 }), attempt(() => delete ns.b), attempt(() => delete ns.other), 'b' in ns, 'other' in ns, ns.other);
      console.log(attempt(() => Object.defineProperty(ns, 'b', { value: 2 })), attempt(() => Object.defineProperty(ns, 'b', { value: 1 })) === ns, attempt(() => Object.setPrototypeOf(ns, {})));
      console.log(Object.isFrozen(ns), Object.isSealed(ns), Object.isExtensible(ns), attempt(() => Object.freeze(ns)), Reflect.set(ns, 'b', 3), Reflect.deleteProperty(ns, 'b'), Reflect.defineProperty(ns, 'b', { value: 2 }), new Function('ns', 'ns.b = 2; return delete ns.b')(ns), Object.prototype.toString.call(ns), JSON.stringify(ns), Object.keys({ ...ns }));
      for (const key in ns) console.log(key); console.log(await import('./a.mjs') === ns, Object.getPrototypeOf(ns), attempt(() => ns + ''));`,
    'a.mjs':
      "export let b = 1; export { b as a }; export function f() {} export default class {} export * from './c.mjs'; export * as c from './c.mjs'",
    'c.mjs': "export const fromC = 1; export default 'hidden'",
  },
  'import() and its arguments': {
    'main.mjs': `const show = (promise) => promise.then((ns) => console.log(Object.keys(ns)), (error) => console.log(error.name, error.message));
      await show(import('./a.mjs')); await show(import({ toString() { return './a.mjs' } })); await show(import({ toString() { throw new Error('no') } }));
      for (const options of [5, null, { with: 5 }, { with: { type: 5 } }, {}, undefined]) await show(import('./a.mjs', options)); await show(import(Symbol('x')));
      console.log(import.meta.url.startsWith('file:'), Object.getPrototypeOf(import.meta), import.meta === import.meta);`,
    'a.mjs': 'export const a = 1',
  },
  'statements without semicolons, comments, hashbang': {
    'main.mjs': `#!/usr/bin/env node
/* c */ import /* d */ { a as /* e */ b } /* f */ from /* g */ './a.mjs' // h
export /* i */ default /* j */ async /* k */ function /* l */ * /* m */ () {}
export { b
}
const f = async () => await b
console.log(b, await f())
export const g = 1, [h] = [2]
console.log(g, h)
;[1].forEach(async (x) => { 'use strict'
  await x })`,
    'a.mjs': 'export const a = 5',
  },
};

describe('SourceTextModuleRecord', () => {
  for (const [name, files] of Object.entries(graphs)) {
    it(`runs as native Node: ${name}`, { timeout: 60_000 }, () => {
      const { native, ours } = runBoth(files);
      expect(native).not.toBe('');
      expect(ours).toBe(native);
    });
  }
});
