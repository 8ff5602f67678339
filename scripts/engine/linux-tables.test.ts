import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asLinux, linuxTables, platformTables } from './linux-tables.mjs';

const dumps = JSON.parse(readFileSync(new URL('../../generated/node/dumps.json', import.meta.url), 'utf8'));

describe('linux-x64.json', () => {
  it('says what the pinned Node says on Linux', () => {
    expect(platformTables(dumps.bindings)).toEqual(linuxTables());
  });
});

describe('asLinux', () => {
  it('makes a dump of another platform Linux’s, and keeps the rest', () => {
    const elsewhere = structuredClone(dumps);
    elsewhere.platform = 'darwin';
    elsewhere.bindings.constants.os.errno.EAGAIN = 35;
    elsewhere.bindings.uv.UV_EAGAIN = -35;
    expect(asLinux(elsewhere)).toEqual({ ...dumps, platform: 'linux', arch: 'x64' });
  });

  it('leaves a dump of Linux as it is', () => {
    expect(asLinux(dumps)).toBe(dumps);
  });
});
