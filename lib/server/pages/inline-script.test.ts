import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readInlineScript } from './inline-script.ts';

it('gives scripts that can be written into a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inline-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.js');
  const of = (text: string): string | null => {
    writeFileSync(path, text);
    return readInlineScript(path);
  };
  expect(of('if (a<b) say("</b>ü");')).toBe('if (a<b) say("</b>ü");');
  for (const text of ['say("</SCRIPT>")', 'say("<script")', 'say("<!--")']) expect(of(text), text).toBeNull();
  expect(readInlineScript(join(folder, 'none.js'))).toBeNull();
});
