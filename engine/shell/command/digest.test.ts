import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NativeMachine, NativeSystem } from '../testing/native-system.ts';
import { digestCommand } from './digest.ts';

describe('digestCommand', () => {
  it.each([
    ['md5sum', 'md5'],
    ['sha1sum', 'sha1'],
    ['sha256sum', 'sha256'],
    ['sha512sum', 'sha512'],
  ] as const)('%s prints the %s of a file', async (name, algorithm) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'digest-'));
    try {
      const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
      fs.writeFileSync(path.join(directory, 'data'), bytes);
      const system = new NativeSystem(new NativeMachine(new Map()), 2, 1, directory, []);
      const [read, write] = system.pipe();
      system.dup2(write, 1);
      expect(await digestCommand(name)({ system, args: [name, 'data'], env: new Map() })).toBe(0);
      const buffer = new Uint8Array(1000);
      const text = new TextDecoder().decode(buffer.slice(0, system.read(read, buffer)));
      expect(text).toBe(`${createHash(algorithm).update(bytes).digest('hex')}  data\n`);
    } finally {
      fs.rmSync(directory, { recursive: true, force: true });
    }
  });
});
