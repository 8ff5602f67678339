import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestFiles } from './digest.ts';

describe('digestFiles', () => {
  it('gives Node’s SHA-1 and SHA-256 of the bytes, in order', async () => {
    const files = Array.from({ length: 40 }, (_, i) => ({ path: `f${i}`, bytes: new Uint8Array(randomBytes(i * 100)) }));
    const hash = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex');
    expect(await digestFiles(files)).toEqual(
      files.map(({ path, bytes }) => ({ path, bytes, digest: { sha1: hash('sha1', bytes), sha256: hash('sha256', bytes) } })),
    );
  });
  it('stops when it is aborted', async () => {
    await expect(digestFiles([{ path: 'x', bytes: new Uint8Array() }], AbortSignal.abort())).rejects.toThrow();
  });
});
