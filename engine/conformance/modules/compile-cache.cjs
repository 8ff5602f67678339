'use strict';
// What a compile cache says of itself: made, used, made anew for another source, switched off, and where it cannot be.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const folder = fs.mkdtempSync(join(tmpdir(), 'compile-cache-'));
const clean = (text) =>
  text
    .replaceAll(folder, 'FOLDER')
    .replace(/v\d+\.\d+\.\d+-x64-[0-9a-f]{8}-\d+/g, 'VERSION')
    .replace(/\/[0-9a-f]{8}\b(?:\.\w+)?/g, '/KEY')
    .replace(/\[\d+(?: \d+){4}\]/g, '[HEADER]')
    .replace(/(size=|expected |actual )\d+/g, '$1N');
const run = (args, env = {}) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, NODE_DEBUG_NATIVE: 'COMPILE_CACHE', NODE_COMPILE_CACHE: 'cache', ...env },
  });
  console.log(`\n# ${args.join(' ')} ${JSON.stringify(env)} → ${status}\n${clean(stdout + stderr)}`);
};

fs.writeFileSync(join(folder, 'script.cjs'), 'console.log(1 + 1);');
fs.writeFileSync(join(folder, 'module.mjs'), 'console.log(import.meta.filename.endsWith("module.mjs"));');
run(['script.cjs']);
run(['script.cjs']);
run(['script.cjs'], { NODE_COMPILE_CACHE_PORTABLE: '1' });
run(['module.mjs']);
run(['module.mjs']);
fs.writeFileSync(join(folder, 'script.cjs'), 'console.log(2 + 2);');
run(['script.cjs']);
run(['script.cjs'], { NODE_DISABLE_COMPILE_CACHE: '1' });
run(['script.cjs'], { NODE_COMPILE_CACHE: '/dev/null/cache' });
const uses = `
  const { constants, enableCompileCache, flushCompileCache, getCompileCacheDir } = require('node:module');
  console.log(getCompileCacheDir(), constants.compileCacheStatus);
  console.log(enableCompileCache('other'), enableCompileCache('third'), getCompileCacheDir());
  for (const wrong of [0, null, true]) try { enableCompileCache(wrong) } catch (error) { console.log(error.code, error.message) }
  require('./script.cjs');
  flushCompileCache();
  flushCompileCache();`;
fs.writeFileSync(join(folder, 'uses.cjs'), uses);
run(['uses.cjs'], { NODE_COMPILE_CACHE: '' });
fs.rmSync(folder, { recursive: true });
