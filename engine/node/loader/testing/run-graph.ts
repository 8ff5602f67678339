/**
 * Runs a graph of files as our module records do, with a loader that knows relative paths and builtins: `node run-graph.ts entry.mjs`.
 * Tests compare its output with that of native Node on the same files.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { create } from '../../bindings/module_wrap.ts';
import { createTestEnvironment } from './environment.ts';

interface Wrap {
  getModuleRequests(): { specifier: string }[];
  link(modules: Wrap[]): void;
  instantiate(): void;
  evaluate(timeout: number, breakOnSigint: boolean): Promise<unknown>;
  getNamespace(): object;
  setExport(name: string, value: unknown): void;
  readonly url: string;
}

interface ModuleWrapBinding {
  ModuleWrap: new (...parameters: unknown[]) => Wrap;
  setImportModuleDynamicallyCallback(
    callback: (id: symbol, specifier: string, phase: number, attributes: object, referrer: string) => Promise<object>,
  ): void;
  setInitializeImportMetaObjectCallback(callback: (id: symbol, meta: Record<string, unknown>, wrap: Wrap) => void): void;
}

const { environment } = createTestEnvironment();
const binding = create(environment) as unknown as ModuleWrapBinding;
const modules = new Map<string, Wrap>();

async function load(url: string): Promise<Wrap> {
  const known = modules.get(url);
  if (known !== undefined) return known;
  if (url.startsWith('node:')) {
    const namespace = (await import(url)) as Record<string, unknown>;
    const wrap: Wrap = new binding.ModuleWrap(url, undefined, Object.keys(namespace), () => {
      for (const [name, value] of Object.entries(namespace)) wrap.setExport(name, value);
    });
    wrap.instantiate();
    modules.set(url, wrap);
    return wrap;
  }
  const wrap = new binding.ModuleWrap(
    url,
    undefined,
    readFileSync(fileURLToPath(url), 'utf8'),
    0,
    0,
    environment.symbols.source_text_module_default_hdo,
  );
  modules.set(url, wrap);
  const requested: Wrap[] = [];
  for (const { specifier } of wrap.getModuleRequests()) requested.push(await load(resolve(specifier, url)));
  wrap.link(requested);
  return wrap;
}

function resolve(specifier: string, parent: string): string {
  if (specifier.startsWith('.')) return new URL(specifier, parent).href;
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
}

async function run(url: string): Promise<object> {
  const wrap = await load(url);
  wrap.instantiate();
  await wrap.evaluate(-1, false);
  return wrap.getNamespace();
}

binding.setInitializeImportMetaObjectCallback((_id, meta, wrap) => {
  meta.url = wrap.url;
});
binding.setImportModuleDynamicallyCallback((_id, specifier, _phase, _attributes, referrer) => run(resolve(specifier, referrer)));

const entry = process.argv[2];
if (entry === undefined) throw new Error('usage: node run-graph.ts entry.mjs');
await run(pathToFileURL(entry).href);
