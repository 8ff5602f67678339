import { describe, expect, it } from 'vitest';
import { originalText } from './generated-names.ts';
import { offsetOf, positionOf } from './edits.ts';
import { transformModule } from './transform-module.ts';

/** Functions with everything that is rewritten inside functions. */
const functions = [
  'async function f(x) { await x; return [await x, await (x, 1)] }',
  'async x => await x',
  'async x => ({ a: await x, b })',
  'async (rest) => { "use strict"; for await (const x of rest) { await x } }',
  'async () => { out: for await (const [x] of y()) for (const z of x) { if (z) continue out; await z } }',
  'async () => { try { await a } catch { } finally { await b } }',
  'async () => { try { await a } catch (e) { e } }',
  'async function* g() { yield 1; yield* g(); const x = yield await 2; return x }',
  "class { async m() { await 1 } static async #p() { await import('x', { with: {} }) } async *[Symbol.asyncIterator]() { yield* [] } }",
  'function () { return [import.meta.url, imported, { imported, other: imported }, imported(), imported`t`, typeof imported, new imported()] }',
  'function () { count++; count = 1; [count, { a: count = 5 }] = x; for (count of x) { } for (count in x) y() }',
  'function (imported) { return imported }',
  'function () { const { imported } = x; return { imported } }',
];

describe('transformModule', () => {
  for (const cyclic of [false, true]) {
    it(`gives functions whose toString can show the author's text (${cyclic ? 'in a cycle' : 'outside cycles'})`, () => {
      const before = "import { imported } from 'x'; let count = 0; export { count }; const all = [\n";
      const source = `${before}${functions.map((text) => `(${text})`).join(',\n')}\n];`;
      const { module } = transformModule(source, cyclic);
      const compiled = module.code.slice(module.prefix);
      expect(compiled).toContain('ª$');
      const lines = originalText(compiled).split('\n');
      expect(lines.slice(1, functions.length + 1)).toEqual(
        functions.map((text, index) => `(${text})${index === functions.length - 1 ? '' : ','}`),
      );
      expect(() => globalThis.eval(module.code)).not.toThrow();
    });
  }

  it('keeps lines and maps columns back', () => {
    const source = "import a from 'a';\nasync function f() { await g(await h, x); throw y }\nexport default 1; z(import.meta, import('b'))";
    const { module, edits } = transformModule(source, false);
    const generated = module.code.slice(module.prefix);
    expect(generated.split('\n').length).toBe(source.split('\n').length + 1);
    for (const word of ['g(', 'h,', 'x)', 'throw', 'y }', 'z(', "'b'"]) {
      const place = positionOf(generated, generated.indexOf(word));
      expect(positionOf(source, edits.originalOffset(offsetOf(generated, place)))).toEqual(positionOf(source, source.indexOf(word)));
    }
  });

  it('tells requests, imports and exports', () => {
    const { module } = transformModule(
      "import d, * as ns from 'a' with { type: 'json' }; import { x as y } from 'b'; export { y as z, ns }; export * from 'b'; export * as all from 'c'; export let l = 1; l = 2; export { l as 'a b' }",
      false,
    );
    expect(module.requests.map(({ specifier, attributes }) => [specifier, attributes])).toEqual([
      ['a', [['type', 'json']]],
      ['b', []],
      ['c', []],
    ]);
    expect(module.imports.map(({ request, name, local }) => [request, name, local])).toEqual([
      [0, 'default', 'd'],
      [0, null, 'ns'],
      [1, 'x', 'y'],
    ]);
    expect(module.exports).toEqual([
      { name: 'l', local: 'l', assigned: true },
      { name: 'a b', local: 'l', assigned: true },
    ]);
    expect(module.indirect.map(({ name, request, imported }) => [name, request, imported])).toEqual([
      ['z', 1, 'x'],
      ['ns', 0, null],
      ['all', 2, null],
    ]);
    expect(module.stars).toEqual([1]);
    expect(module.async).toBe(false);
    expect(transformModule('for await (const x of y);', false).module.async).toBe(true);
    expect(transformModule('async () => { await 1 }', false).module.async).toBe(false);
  });
});
