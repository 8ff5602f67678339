import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of Node's `test/` whose files are programs of their own. `message` and `pseudo-tty` compare what they print with a file beside them. */
export const SUITES = /** @type {const} */ (['parallel', 'es-module', 'sequential', 'async-hooks', 'wasi', 'pseudo-tty']);

/** What every suite needs. */
export const SHARED = ['common', 'fixtures', 'test-runner', 'message'];

/**
 * @typedef {object} UpstreamTest
 * @property {string} name path below Node's `test/`
 * @property {string} module which part of Node it is about
 * @property {string[]} flags of the command line, from its `// Flags:`
 * @property {Record<string, string>} env from its `// Env:`
 * @property {string | null} expected what it prints (`*` for any run of characters), where only that counts
 */

/** Beginnings of tests' names and what they are about; the first that fits counts. */
const MODULES = /** @type {ReadonlyArray<readonly [RegExp, string]>} */ ([
  [/^(?:async-hooks|async-local-storage|async-wrap|asyncresource|async-context)/, 'async_hooks'],
  [/^(?:whatwg-)?(?:webstream|readable-stream|writable-stream|transform-stream|compression-decompression)/, 'webstreams'],
  [/^(?:webcrypto|global-webcrypto)/, 'webcrypto'],
  [/^(?:runner|test-runner)/, 'test_runner'],
  [/^child-process/, 'child_process'],
  [/^(?:string-decoder)/, 'string_decoder'],
  [/^(?:diagnostics-channel|diagnostic-channel)/, 'diagnostics_channel'],
  [/^(?:event-|events?(?:-|$)|eventtarget|eventsource|eventemitter|nodeeventtarget)/, 'events'],
  [/^(?:perf-hooks|performance|performanceobserver)/, 'perf_hooks'],
  [/^(?:promise|unhandled|await)/, 'promises'],
  [/^(?:stdin|stdout|stdio|stderr)/, 'stdio'],
  [/^(?:stream2|stream3|stream)/, 'stream'],
  [/^(?:timer|timers|set-?timeout|set-?interval|set-?immediate|immediate|next-?tick)/, 'timers'],
  [/^(?:structuredclone|messag|broadcastchannel|worker)/, 'worker'],
  [/^(?:module|require|cjs|loaders|compile-cache|find-package-json|typescript)/, 'module'],
  [/^(?:esm|shadow-realm)/, 'es-module'],
  [/^(?:abort|domexception|headers|fetch|blob|file|global|structured|btoa|atob|text-?encoder|webstorage|navigator|mime|formdata|urlpattern)/, 'whatwg'],
  [/^http2/, 'http2'],
  [/^(?:https|http|net|dns|dgram|tls|tty|url|util|v8|vm|zlib|wasi|cluster|inspector|debugger|debug|snapshot|single-executable|permission|sqlite|repl|cli|quic|trace|report|heap|config|icu|intl|crypto|buffer|assert|console|domain|fs|os|path|process|querystring|readline|whatwg|policy|pipe|signal|error|errors|preload|warn|internal|bootstrap|punycode|eslint|npm|tick|gc|dotenv|watch|options|file-write|runner|primordials|release|source-map|ref|child)(?=-|\d|$|\.)/, ''],
]); // prettier-ignore

/** @param {string} suite @param {string} file */
function moduleOf(suite, file) {
  if (suite === 'es-module') return 'es-module';
  if (suite === 'async-hooks') return 'async_hooks';
  if (suite === 'wasi') return 'wasi';
  if (suite === 'pseudo-tty') return 'tty';
  const name = file.replace(/^test-/, '').replace(/\.[cm]?[jt]s$/, '');
  for (const [pattern, module] of MODULES) {
    const found = pattern.exec(name);
    if (found !== null) return module === '' ? found[0] : module;
  }
  return 'misc';
}

/** @param {string} folder Node's `test/` or the folder above it */
export function upstreamFolder(folder) {
  const inside = join(folder, 'test');
  const found = existsSync(join(inside, 'common', 'index.js')) ? inside : folder;
  if (!existsSync(join(found, 'common', 'index.js')))
    throw new Error(
      `${folder} is not Node's test folder: it has no common/index.js. Give the folder "test" of Node's sources of version 24.`,
    );
  return found;
}

/** @param {string} folder Node's `test/` @returns {UpstreamTest[]} */
export function collectUpstream(folder) {
  return SUITES.filter((suite) => existsSync(join(folder, suite))).flatMap((suite) =>
    readdirSync(join(folder, suite))
      .filter((file) => /^test-.*\.[cm]?js$/.test(file) || (suite === 'pseudo-tty' && file.endsWith('.js')))
      .filter((file) => suite !== 'pseudo-tty' || existsSync(join(folder, suite, file.replace(/\.js$/, '.out'))))
      .sort()
      .map((file) => readTest(folder, suite, file)),
  );
}

/** @param {string} folder @param {string} suite @param {string} file @returns {UpstreamTest} */
function readTest(folder, suite, file) {
  const source = readFileSync(join(folder, suite, file), 'latin1');
  const words = (/** @type {string} */ key) =>
    [...source.matchAll(new RegExp(`^// ${key}: (.*)$`, 'gm'))].flatMap(([, text = '']) => text.split(/\s+/).filter((word) => word !== ''));
  const output = join(folder, suite, file.replace(/\.js$/, '.out'));
  return {
    name: `${suite}/${file}`,
    module: moduleOf(suite, file),
    flags: words('Flags'),
    env: Object.fromEntries(words('Env').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])),
    expected: suite === 'pseudo-tty' ? readFileSync(output, 'utf8') : null,
  };
}
