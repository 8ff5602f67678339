import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePackageConfig, serialize } from './package-config.ts';

const contents = [
  '{',
  '{"name": }',
  '{"name":5}',
  '{"type":5}',
  '{"main":null}',
  '{"main":{}}',
  '[]',
  '"x"',
  '5',
  '',
  'null',
  '{}',
  ' { } ',
  '{"exports": [1, {"a":2}]}',
  '{"exports": null}',
  '{"exports": true}',
  '{"exports": 5, "imports": "x"}',
  '{"imports": [1]}',
  '{"imports":null}',
  '{"type":"module"} trailing',
  '{"type":"commonjs"}',
  '{"type":"weird"}',
  '{"exports": {"a": }',
  '{"name":"a","name":"b", /*c*/ "main":"x"}',
  '{"name":"a","name":"b", "main":"x"}',
  '\uFEFF{"name":"bom"}',
  '{"imports":{"#a":"./\\u0041"},"exports":"./\\u0041.js"}',
  ' {"main": 5, "exports": { "./x" : [ 1 , 2 ] } } ',
  '{"scripts": 5}',
  '{"scripts": {"a":"b"}, "name":"q\\n"}',
  '{"foo": {bad}, "name":"x"}',
  '{"name":"x", "foo": {bad}}',
  '{"name":"x",}',
  '{"exports": ""}',
  '{"main":""}',
  '{"name":"ü","exports":{"a":"}"},"x":"{"}',
];

describe('parsePackageConfig', () => {
  it('reads each file as native Node does, and refuses what it refuses', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    try {
      contents.forEach((text, index) => writeFileSync(join(folder, `${index}.json`), text));
      const script = `const { readPackageJSON } = require('internal/test/binding').internalBinding('modules');
        console.log(JSON.stringify(Array.from({ length: ${contents.length} }, (_, i) => { try { return readPackageJSON(${JSON.stringify(folder)} + '/' + i + '.json', false) } catch (e) { return e.code } })))`;
      const native = JSON.parse(
        execFileSync(process.execPath, ['--expose-internals', '--no-warnings', '-e', script], { encoding: 'utf8' }),
      ) as unknown[];
      const ours = contents.map((text, index) => {
        const config = parsePackageConfig(join(folder, `${index}.json`), text);
        return config === undefined ? 'ERR_INVALID_PACKAGE_CONFIG' : serialize(config);
      });
      contents.forEach((text, index) => expect([text, JSON.parse(JSON.stringify(ours[index]))]).toEqual([text, native[index]]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
