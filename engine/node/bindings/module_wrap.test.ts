import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createTestEnvironment } from '../loader/testing/environment.ts';
import { create } from './module_wrap.ts';

const { environment } = createTestEnvironment();
type Wrap = Record<string, unknown> & {
  link(modules: unknown[]): void;
  instantiate(): void;
  evaluate(timeout: number, sigint: boolean): Promise<unknown>;
  evaluateSync(): object;
  getStatus(): number;
  getNamespace(): Record<string, unknown>;
  getError(): unknown;
  getModuleRequests(): unknown[];
  setExport(name: string, value: unknown): void;
};
const binding = create(environment) as Record<string, unknown> & {
  ModuleWrap: new (...parameters: unknown[]) => Wrap;
  createRequiredModuleFacade(wrap: Wrap): Record<string, unknown>;
};
const source = (text: string): Wrap => new binding.ModuleWrap('file:///m.mjs', undefined, text, 0, 0, undefined);
const arrow = environment.privateSymbols.arrow_message_private_symbol as symbol;

/** Sources that V8 refuses as modules. */
const broken = [
  'export {nope, }',
  'new.target',
  'class A { constructor(){super()} }',
  'x = 08',
  'delete x',
  'break',
  'const q;',
  'var x = "abc',
  '/(/',
  'yield = 1',
  'function* a(){ yield\n* 2',
  'let await',
  'a b',
  'let x; let x;',
  'return 1',
  'var {a:1}=1',
  'with(a){}',
  '\n\n  await = 3',
  "import x from 'y'\n  const a = ;",
  'export default 1\nconst b = a +* 2',
  'import {default} from "q"',
];

describe('ModuleWrap', () => {
  it('words syntax errors and points at them as V8 does', { timeout: 60_000 }, () => {
    const script = `const { internalBinding } = require('internal/test/binding'); const { ModuleWrap } = internalBinding('module_wrap'); const { arrow_message_private_symbol: arrow } = internalBinding('util').privateSymbols;
      console.log(JSON.stringify(${JSON.stringify(broken)}.map((text) => { try { new ModuleWrap('file:///m.mjs', undefined, text, 0, 0, undefined) } catch (error) { return [text, error.message, error[arrow]] } })))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-internals', '--no-warnings', '-e', script], { encoding: 'utf8' });
    const native = JSON.parse(stdout === '' ? `"${stderr}"` : stdout) as [string, string, string][];
    const ours = broken.map((text) => {
      try {
        source(text);
      } catch (error) {
        return [text, (error as Error).message, (error as Record<symbol, unknown>)[arrow]];
      }
      return [text];
    });
    expect(ours).toEqual(native);
  });

  it('goes through its states', async () => {
    const wrap = source('export const a = 1; export let b; import.meta');
    expect([wrap.getStatus(), wrap.synthetic, wrap.hasTopLevelAwait, wrap.url, wrap.getModuleRequests()]).toEqual([
      binding.kUninstantiated,
      false,
      false,
      'file:///m.mjs',
      [],
    ]);
    expect(() => wrap.getNamespace()).toThrow('Module is not instantiated');
    expect(() => wrap.hasAsyncGraph).toThrow('Module is not instantiated');
    wrap.link([]);
    wrap.instantiate();
    expect(wrap.getStatus()).toBe(binding.kInstantiated);
    expect(wrap.hasAsyncGraph).toBe(false);
    expect(() => wrap.getNamespace().a).toThrow("Cannot access 'a' before initialization");
    await wrap.evaluate(-1, false);
    expect([wrap.getStatus(), wrap.getNamespace().a]).toEqual([binding.kEvaluated, 1]);
  });

  it('keeps the error of a failed evaluation', async () => {
    const wrap = source("throw new Error('once')");
    wrap.link([]);
    wrap.instantiate();
    await expect(wrap.evaluate(-1, false)).rejects.toThrow('once');
    expect(wrap.getStatus()).toBe(binding.kErrored);
    expect((wrap.getError() as Error).message).toBe('once');
    expect(() => wrap.evaluateSync()).toThrow('once');
  });

  it('makes synthetic modules whose exports can be set again', async () => {
    const synthetic: Wrap = new binding.ModuleWrap('node:x', undefined, ['a', 'default'], function (this: Wrap) {
      this.setExport('a', this === synthetic);
    });
    synthetic.instantiate();
    const importer = source("import { a } from 'x'; export const read = () => a");
    expect(importer.getModuleRequests()).toEqual([{ specifier: 'x', attributes: {}, phase: 2 }]);
    importer.link([synthetic]);
    importer.instantiate();
    const { read } = importer.evaluateSync() as { read: () => unknown };
    expect(read()).toBe(true);
    synthetic.setExport('a', 'later');
    expect(read()).toBe('later');
    expect(() => synthetic.setExport('b', 1)).toThrow("Export 'b' is not defined in module");
  });

  it('points at the name that a module does not provide', () => {
    const other = source('export const a = 1');
    const wrap = source("import {\n  zz } from 'q'");
    wrap.link([other]);
    other.link([]);
    try {
      wrap.instantiate();
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toBe("The requested module 'q' does not provide an export named 'zz'");
      expect((error as Record<symbol, unknown>)[arrow]).toBe("file:///m.mjs:2\n  zz } from 'q'\n  ^^\n");
    }
    expect(wrap.getStatus()).toBe(binding.kUninstantiated);
  });

  it('adds __esModule for require()', () => {
    const wrap = source('export default 5; export let a = 1; export const set = (v) => { a = v }');
    wrap.link([]);
    wrap.instantiate();
    wrap.evaluateSync();
    const facade = binding.createRequiredModuleFacade(wrap) as { set: (value: number) => void; a: number };
    expect({ ...facade }).toMatchObject({ __esModule: true, default: 5, a: 1 });
    facade.set(2);
    expect(facade.a).toBe(2);
  });
});
