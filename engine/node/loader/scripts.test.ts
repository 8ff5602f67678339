import { describe, expect, it } from 'vitest';
import { guestCallSites } from './call-site.ts';
import type { V8CallSite } from './call-site.ts';
import { Scripts } from './scripts.ts';
import { transformScript } from './transform-script.ts';

/** The stack of an error as a guest sees it: frames of this file and below are the engine's. */
function guestStack(scripts: Scripts, run: () => void): string[] {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, sites) =>
      guestCallSites(scripts, sites as unknown as V8CallSite[], (site) =>
        /engine|node_modules|node:/.test(site.getScriptNameOrSourceURL() ?? ''),
      );
    run();
  } catch (error) {
    return (error as { stack: V8CallSite[] }).stack.map(String);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
  throw new Error('nothing was thrown');
}

describe('Scripts', () => {
  it("shows the author's lines, columns and names in stack traces", () => {
    const scripts = new Scripts();
    const source =
      'const o = { m() { throw new Error(1) } }; class C { constructor() { o.m() } }\n  async function f() { [1].map((x) => new C(), await 1) }; new C()';
    const edits = transformScript(source, { functionBody: true });
    expect(edits?.size).toBeGreaterThan(0);
    const before = '(function (module) {';
    const compiled = scripts.evaluate(`${before}${edits?.apply(source)}\n})`, {
      name: '/a b/file.js',
      source,
      prefix: before.length,
      edits: () => edits as NonNullable<typeof edits>,
    }) as () => void;
    expect(guestStack(scripts, () => compiled.call({})).slice(0, 3)).toEqual([
      'Object.m (/a b/file.js:1:25)',
      'new C (/a b/file.js:1:71)',
      'Object.<anonymous> (/a b/file.js:2:60)',
    ]);
  });

  it('adds the offsets of vm.Script', () => {
    const scripts = new Scripts();
    const source = ' throw new Error(1)';
    expect(
      guestStack(scripts, () => scripts.evaluate(source, { name: 'offset.js', source, prefix: 0, lineOffset: 10, columnOffset: 100 }))[0],
    ).toContain('offset.js:11:108');
  });

  it('leaves a sourceURL of the author in place', () => {
    const scripts = new Scripts();
    const source = 'throw new Error(1)\n//# sourceURL=own.js';
    expect(guestStack(scripts, () => scripts.evaluate(source, { name: 'other.js', source, prefix: 0 }))[0]).toContain('own.js:1:7');
  });
});
