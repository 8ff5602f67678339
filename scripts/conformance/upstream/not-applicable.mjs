/**
 * Flags of V8 without which a test proves nothing, and which no page can set.
 * @type {ReadonlyArray<{ flag: RegExp, reason: string }>}
 */
export const FLAGS_NOT_APPLICABLE = [
  { flag: /^--allow[-_]natives[-_]syntax$/, reason: 'V8’s own syntax (%Name) is not open to pages' },
  { flag: /^--expose[-_]gc$/, reason: 'a page cannot make V8 collect garbage' },
  { flag: /^--experimental[-_]shadow[-_]realm$/, reason: 'V8 makes ShadowRealm only when it is started with a flag' },
  { flag: /^--expose[-_]externalize[-_]string$/, reason: 'V8 lends strings only to its embedder' },
  { flag: /^--inspect/, reason: 'the inspector protocol is V8’s, in the process' },
]; // prettier-ignore

/**
 * Tests of what a page cannot have by nature, by name. Never for what is merely hard: that is a failure with its reason in expectations.json.
 * @type {ReadonlyArray<{ tests: RegExp, reason: string }>}
 */
export const NOT_APPLICABLE = [
  { tests: /^(?:parallel|sequential)\/test-cluster-/, reason: 'cluster shares listening handles between processes' },
  { tests: /-cluster-|-cluster\./, reason: 'cluster shares listening handles between processes' },
  { tests: /^(?:parallel|sequential)\/test-inspector|-inspect(?:or)?-|-inspect\./, reason: 'the inspector protocol is V8’s, in the process' },
  { tests: /^(?:parallel|sequential)\/test-debug(?:ger)?-/, reason: 'the debugger speaks the inspector protocol' },
  { tests: /test-(?:snapshot|startup|.*-snapshot)-|test-.*-snapshot\./, reason: 'V8 snapshots' },
  { tests: /test-single-executable|test-sea/, reason: 'a single executable is a native binary' },
  { tests: /test-dgram-|test-.*-dgram/, reason: 'UDP sockets' },
  { tests: /test-heapsnapshot|test-heap-prof|test-cpu-prof|test-diagnostic-dir-(?:cpu|heap)-prof|heapdump/, reason: 'V8’s profilers and heap snapshots are not open to pages' },
  { tests: /-(?:win32|windows)(?:-|\.)/, reason: 'Windows' },
  { tests: /addon|napi|node-api/, reason: 'compiled addons' },
]; // prettier-ignore
