import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFromValues, readNpmConfig } from './npm-config.ts';

describe('configFromValues', () => {
  it('chooses the registry by scope and its credentials by URL', () => {
    const config = configFromValues(
      new Map([
        ['registry', 'https://r.example/npm'],
        ['@acme:registry', 'https://acme.example/a/b/'],
        ['//r.example/npm/:_authToken', 'one'],
        ['//acme.example/a/:username', 'u'],
        ['//acme.example/a/:_password', Buffer.from('p').toString('base64')],
      ]),
    );
    expect(config.registryOf('left-pad')).toEqual({ url: 'https://r.example/npm/', authorization: 'Bearer one' });
    expect(config.registryOf('@other/x')).toEqual(config.registryOf('left-pad'));
    expect(config.registryOf('@acme/x')).toEqual({
      url: 'https://acme.example/a/b/',
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    });
  });

  it('never lends the credentials of one host to another', () => {
    const config = configFromValues(
      new Map([
        ['registry', 'https://r.example/'],
        ['//r.example.evil/:_authToken', 'x'],
        ['_authToken', 'y'],
      ]),
    );
    expect(config.registryOf('a').authorization).toBeUndefined();
  });
});

describe('readNpmConfig', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jampot-npmrc-'));
    await writeFile(join(folder, 'package.json'), '{}');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('asks npm, and reads the credentials that npm does not print', async () => {
    await writeFile(join(folder, '.npmrc'), '@acme:registry=https://acme.example/\n//acme.example/:_authToken=${SECRET_OF_TEST}\n');
    const config = await readNpmConfig(folder, { ...process.env, SECRET_OF_TEST: 'shh' });
    expect(config.registryOf('@acme/x')).toEqual({ url: 'https://acme.example/', authorization: 'Bearer shh' });
    expect(config.registryOf('x').url).toMatch(/^https?:\/\/.+\/$/);
  });
});
