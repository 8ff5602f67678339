/** Replaced at build time (scripts/engine/bundle.mjs): logical file name → URL path under `/engine/`. */
declare const __JAMPOT_ASSETS__: Readonly<Record<string, string>>;

/**
 * URL path of one of the engine's data files (`node-builtins.txt`, `node-builtins-rest.txt`, `node-dumps.json`, `brotli-decoder.wasm`,
 * `zstd.wasm`, `llhttp.wasm`) or of a worker's script, when that is bundled earlier than the caller (scripts/engine/bundle.mjs). Its name carries the content's hash, so it may be cached for ever.
 */
export function assetPath(name: string): string {
  const path = __JAMPOT_ASSETS__[name];
  if (path === undefined) throw new Error(`The engine was built without the file "${name}"; see scripts/engine/assets.mjs.`);
  return path;
}
