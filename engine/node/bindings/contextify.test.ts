import { describe, expect, it } from 'vitest';
import vm from 'node:vm';
import type { Binding } from '../environment.ts';
import { createTestEnvironment } from '../loader/testing/environment.ts';
import { create } from './contextify.ts';

const { environment } = createTestEnvironment();
interface Script {
  runInContext(context: object | null, timeout: number, displayErrors: boolean, breakOnSigint: boolean, breakOnFirstLine: boolean): unknown;
}
const binding = create(environment) as Binding & {
  ContextifyScript: new (...parameters: unknown[]) => Script;
  makeContext(...parameters: unknown[]): object;
  compileFunctionForCJSLoader(
    source: string,
    name: string,
    sea: boolean,
    detect: boolean,
  ): { function?: (...parameters: unknown[]) => unknown; canParseAsESM: boolean; sourceMapURL?: string };
  containsModuleSyntax(source: string, name: string, resource?: string, variables?: string): boolean;
  compileFunction(...parameters: unknown[]): { function: (...parameters: unknown[]) => unknown };
};
const id = Symbol('test');
const run = (code: string, context: object | null): unknown =>
  new binding.ContextifyScript(code, 'test.js', 0, 0, undefined, false, undefined, id).runInContext(context, -1, true, false, false);
const attempt = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

/** Scripts that run one after the other in one context. */
const programs: string[][] = [
  ['var b = a + 1; function foo() { return b * 2 } foo()', 'foo() + b', 'typeof b + typeof foo'],
  ['let l = 5; const k = 6; class A { m() { return l + a } } l + k', 'l * k', 'new A().m()', 'Object.keys(globalThis).includes("l")'],
  [
    'typeof process + typeof setTimeout + typeof nothing + typeof (nothing2)',
    'nothing',
    'nothing = 5; this.nothing',
    '(() => { const nothing3 = 1; return typeof nothing3 })()',
  ],
  ['globalThis.g = 3; g + globalThis.a', 'delete this.g; typeof g', 'this === globalThis', '"a" in globalThis'],
  ['"use strict"; var s = 1; function st() { return s } st()', 's + typeof st', '"use strict"; undeclared = 1'],
  [
    'for (var i = 0; i < 3; i++); i',
    'try { unknown } catch (e) { e.message }',
    'if (true) { var inner = 1 } inner',
    'var declared; declared',
  ],
  [
    '(function () { return typeof this })()',
    '[1, 2].map((x) => x + a)',
    'eval("a + 1")',
    'new Function("return 1 + 1")()',
    '({}).toString()',
  ],
  ['1;;', '', 'var x = 1', '"text"', '#!/bin/sh\n2'],
];

describe('vm contexts', () => {
  for (const scripts of programs) {
    it(`run as natively: ${scripts.join(' | ')}`, () => {
      const native = vm.createContext({ a: 1 });
      const sandbox = { a: 1 };
      binding.makeContext(sandbox, 'name', undefined, true, true, false, id);
      for (const script of scripts)
        expect(attempt(() => run(script, sandbox))).toEqual(attempt(() => vm.runInContext(script, native) as unknown));
      expect(Object.keys(sandbox).toSorted()).toEqual(Object.keys(native).toSorted());
    });
  }

  it('compiles functions in a context and with extensions', () => {
    const sandbox = { a: 1 };
    binding.makeContext(sandbox, 'name', undefined, true, true, false, id);
    const compile = (context: object | undefined, extensions: object[]): unknown =>
      binding
        .compileFunction('return [a, typeof b === "undefined" ? 0 : b, p]', 'f.js', 0, 0, undefined, false, context, extensions, ['p'], id)
        .function(9);
    expect(compile(sandbox, [])).toEqual([1, 0, 9]);
    expect(compile(undefined, [{ a: 5 }, { b: 6 }])).toEqual([5, 6, 9]);
  });
});

describe('ContextifyScript', () => {
  it('refuses syntax errors when it is made, with the line on top of the stack', () => {
    try {
      run('var fine;\n  a b', null);
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toBe("Unexpected identifier 'b'");
      expect((error as Error).stack).toMatch(/^test\.js:2\n {2}a b\n {4}\^\n\nSyntaxError: Unexpected identifier 'b'/);
    }
  });

  it('runs in this context: completion value, globals, host hooks', async () => {
    expect(run('var contextifyTest = 1; let contextifyLet = 2; contextifyTest + contextifyLet', null)).toBe(3);
    expect((globalThis as Record<string, unknown>).contextifyTest).toBe(1);
    expect(run('contextifyLet', null)).toBe(2);
    expect(await run('var contextifyAsync = async () => { await null; return 5 }; contextifyAsync()', null)).toBe(5);
    expect(typeof (globalThis as Record<string, unknown>).contextifyAsync).toBe('function');
    for (const name of ['contextifyTest', 'contextifyLet', 'contextifyAsync']) delete (globalThis as Record<string, unknown>)[name];
  });
});

describe('compileFunctionForCJSLoader', () => {
  it('gives the CommonJS function, on the lines of the source', () => {
    const {
      function: compiled,
      canParseAsESM,
      sourceMapURL,
    } = binding.compileFunctionForCJSLoader(
      '#!/usr/bin/env node\nreturn [this, exports, __dirname]\n//# sourceMappingURL=x.map',
      '/x.js',
      false,
      true,
    );
    expect([compiled?.length, compiled?.name, canParseAsESM, sourceMapURL]).toEqual([5, '', false, 'x.map']);
    expect(compiled?.call(1, 2, 3, 4, 5, 6)).toEqual([Object(1), 2, 6]);
  });

  it('tells ES modules by their errors', () => {
    for (const source of [
      'import "x"',
      'export const a = 1',
      'import.meta.url',
      'await 1',
      'const require = 1; await 1',
      'let module = 1',
      '#!x\nexport default 1',
    ]) {
      expect([source, binding.compileFunctionForCJSLoader(source, '/x.js', false, true).canParseAsESM]).toEqual([source, true]);
      expect(binding.containsModuleSyntax(source, '/x.js')).toBe(true);
    }
    for (const source of ['return 1', 'import("x")', 'with (a) {}'])
      expect([source, binding.containsModuleSyntax(source, '/x.js')]).toEqual([source, false]);
    expect(binding.containsModuleSyntax('let module', '/x.js', undefined, 'no CJS variables')).toBe(false);
    expect(() => binding.compileFunctionForCJSLoader('a b', '/x.js', false, true)).toThrow("Unexpected identifier 'b'");
    expect(() => binding.compileFunctionForCJSLoader('function f() {', '/x.js', false, true)).toThrow('Unexpected end of input');
  });
});
