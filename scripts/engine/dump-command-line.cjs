// Runs under the pinned Node: prints the ids of the library's modules that ordinary command lines load.
// Each case is a real run of the same binary whose process.moduleLoadList is read at its end.
'use strict';
const { execFileSync } = require('node:child_process');

const REPORT = ';process.on("exit",()=>process.getBuiltinModule("fs").writeSync(1,"\\n@@"+JSON.stringify(process.moduleLoadList)))';
const CASES = [
  ['-e', `0${REPORT}`],
  // What a static-site generator, a bundler or a dev server asks for in its first second.
  [
    '-e',
    `for (const id of ["fs","fs/promises","path","url","util","os","events","stream","stream/promises","child_process","module","assert",` +
      `"crypto","zlib","http","https","net","tty","readline","async_hooks","perf_hooks","timers/promises","string_decoder","querystring",` +
      `"worker_threads","v8","vm","buffer","process","dns","punycode","diagnostics_channel","http2","path/posix","path/win32","stream/web",` +
      `"stream/consumers","dns/promises","assert/strict","readline/promises","util/types","constants"]) require(id);` +
      `new ReadableStream().getReader();new WritableStream().getWriter();new TransformStream();new Blob([]).stream();` +
      `const {cp,glob}=require("fs");cp("/nonexistent","/x",{recursive:true},()=>{});glob("/nonexistent/*",()=>{});` +
      `setTimeout(()=>console.log(),1);setImmediate(()=>{});console.error("");void process.stdin;structuredClone({});new AbortController();` +
      `new TextDecoder();new URL("file:///");require("fs").promises.readdir("/").then(()=>{});queueMicrotask(()=>{})${REPORT}`,
  ],
  [
    '--input-type=module',
    '-e',
    `import fs from "node:fs"; import { parseArgs } from "node:util"; import assert from "node:assert"; import "node:cluster"; await import("node:path");` +
      `void import.meta.url; import.meta.resolve("node:fs"); fs.rmSync("/nonexistent",{recursive:true,force:true});fs.rm("/nonexistent",{recursive:true,force:true},()=>{}); parseArgs({args:["--a"],strict:false});` +
      `void navigator.hardwareConcurrency; try { assert.deepStrictEqual({a:1},{a:2}) } catch {} process.on("SIGINT",()=>{});await 0${REPORT}`,
  ],
  [
    '-e',
    `const {Worker,isMainThread}=require("worker_threads");` +
      `new Worker("require('worker_threads').parentPort.postMessage(process.moduleLoadList)",{eval:true}).on("message",list=>{` +
      `require("fs").writeSync(1,"\\n@@"+JSON.stringify(list.concat(process.moduleLoadList)));process.exit()})`,
  ],
];
const loaded = new Set([
  'internal/main/run_main_module',
  'internal/main/worker_thread',
  'internal/main/eval_string',
  'internal/main/eval_stdin',
]);
for (const args of CASES) {
  const output = execFileSync(process.execPath, ['--no-warnings', ...args], {
    env: { LANG: 'C' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for (const entry of JSON.parse(output.slice(output.lastIndexOf('@@') + 2))) {
    if (entry.startsWith('NativeModule ')) loaded.add(entry.slice('NativeModule '.length));
  }
}
// Bootstrap runs from the snapshot natively and does not show up as loaded; in the page it runs.
for (const id of Object.keys(process.binding('natives'))) {
  if (/^internal\/(bootstrap|per_context)\//.test(id)) loaded.add(id);
}
process.stdout.write(JSON.stringify([...loaded].sort()));
