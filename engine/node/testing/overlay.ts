/**
 * Runs a script on the pinned native Node with some of its bindings replaced by ours: the parts of Node's library that use them are loaded anew over our
 * bindings, everything else stays native. Started by native.ts with `--expose-internals`; arguments: binding names (comma-separated), path of the script.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setHookState } from '../async-wrap.ts';
import { completeBinding } from '../dump.ts';
import type { Binding, Callable, CreateBinding, Dumps, Environment } from '../environment.ts';

const nativeRequire = createRequire(import.meta.url);
const { internalBinding, primordials } = nativeRequire('internal/test/binding') as {
  internalBinding(name: string): Binding;
  primordials: Record<string, unknown>;
};
const natives = (process as unknown as { binding(name: string): Record<string, string> }).binding('natives');
const root = join(import.meta.dirname, '..', '..', '..');

/** Library modules to load anew for a binding: those that read it. */
const USERS: Readonly<Record<string, RegExp>> = {
  crypto: /^(crypto|internal\/crypto\/.*)$/,
  zlib: /^zlib$/,
  string_decoder: /^string_decoder$/,
  encoding_binding: /^internal\/encoding$/,
  icu: /^internal\/encoding$/,
  url: /^(url|internal\/url)$/,
  serdes: /^v8$/,
  v8: /^v8$/,
  blob: /^internal\/blob$/,
};

/** Packages' files and our own by the names of scripts/engine/assets.mjs. */
const ASSETS: Readonly<Record<string, string>> = {
  'brotli-encoder.wasm': 'brotli-ts/wasm/encoder',
  'brotli-decoder.wasm': 'brotli-dec-wasm/web/bg.wasm',
  'zstd.wasm': '../../../generated/zstd.wasm',
};

/** Scripts by the names of scripts/engine/bundle.mjs. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'asymmetric-crypto.js': '../crypto/asymmetric.ts',
  'tls.js': '../tls/tls.ts',
};

const [names = '', script = ''] = process.argv.slice(2);
const replaced = new Map<string, Binding>();
const modules = new Map<string, { exports: Record<string, unknown> }>();
const isReplaced = (id: string): boolean => names.split(',').some((name) => USERS[name]?.test(id));

function overlayRequire(id: string): Record<string, unknown> {
  const name = id.replace(/^node:/, '');
  if (!isReplaced(name)) return nativeRequire(id) as Record<string, unknown>;
  const loaded = modules.get(name);
  if (loaded !== undefined) return loaded.exports;
  const source = natives[name];
  if (source === undefined) throw new Error(`No builtin ${name}`);
  const module = { exports: {} as Record<string, unknown> };
  modules.set(name, module);
  const compiled = new Function(
    'exports',
    'require',
    'module',
    'process',
    'internalBinding',
    'primordials',
    `${source}\n//# sourceURL=overlay:${name}`,
  );
  compiled(
    module.exports,
    overlayRequire,
    module,
    process,
    (binding: string) => replaced.get(binding) ?? internalBinding(binding),
    primordials,
  );
  return module.exports;
}

const dumps = (JSON.parse(readFileSync(join(root, 'generated', 'node', 'dumps.json'), 'utf8')) as { bindings: Dumps }).bindings;
const asyncWrap = internalBinding('async_wrap') as unknown as {
  async_hook_fields: Uint32Array;
  async_id_fields: Float64Array;
  Providers: Record<string, number>;
};
const tickCallback = () => (process as unknown as { _tickCallback(): void })._tickCallback();

const environment = {
  dumps,
  primordials,
  process,
  host: {
    crypto: globalThis.crypto,
    performance: globalThis.performance,
    asset: (name: string) =>
      name === 'root-certificates.txt'
        ? new TextEncoder().encode(
            (JSON.parse(readFileSync(join(root, 'generated/node/root-certificates.json'), 'utf8')) as string[]).join('\n'),
          )
        : new Uint8Array(readFileSync(nativeRequire.resolve(ASSETS[name] ?? name))),
    script: (name: string) => nativeRequire(SCRIPTS[name] ?? name) as unknown,
  },
  // The loader's cache of transforms, which is never used here, wants to know where files are.
  system: { files: {} },
  symbols: (internalBinding('symbols') ?? {}) as Record<string, symbol>,
  loop: {
    enqueue: (callback: () => void) => void setImmediate(callback),
    request: () => ({ done: (callback: () => void) => void setImmediate(callback), cancel: () => undefined }),
  },
  requireBuiltin: overlayRequire,
  binding: (name: string) => replaced.get(name) ?? internalBinding(name),
  buffer: (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  newAsyncId: () => ++asyncWrap.async_id_fields[2]!, // the counter is always there
  makeCallback(receiver: object, callback: Callable | undefined, args: readonly unknown[]) {
    const result = callback?.apply(receiver, [...args]);
    tickCallback();
    return result;
  },
  codedError(kind: 'Error' | 'TypeError' | 'RangeError' | 'SyntaxError', code: string, message: string) {
    return Object.assign(new { Error, TypeError, RangeError, SyntaxError }[kind](message), { code });
  },
} as unknown as Environment;

setHookState(environment, {
  fields: asyncWrap.async_hook_fields,
  ids: asyncWrap.async_id_fields,
  providers: asyncWrap.Providers,
  hooks: undefined,
});

for (const name of names.split(',').filter(Boolean)) {
  const { create } = (await import(`../bindings/${name}.ts`)) as { create: CreateBinding };
  replaced.set(name, completeBinding(name, dumps[name], create(environment)));
}

const run = new Function('require', 'binding', `return (async () => {\n${readFileSync(script, 'utf8')}\n})();`) as (
  require: (id: string) => unknown,
  binding: (name: string) => Binding,
) => Promise<void>;
await run(overlayRequire, (name) => replaced.get(name) ?? internalBinding(name));
