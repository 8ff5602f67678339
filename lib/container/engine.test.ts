import { describe, expect, it } from 'vitest';
import { missingSupport, type BrowserFacts } from './browser-support.ts';
import { engineChoice } from './engine.ts';

describe('engineChoice', () => {
  it('is the own engine unless the server says otherwise', () => {
    expect(engineChoice({})).toEqual({ kind: 'own' });
    expect(engineChoice({ JAMPOT_ENGINE: 'hosted', JAMPOT_ENGINE_API_KEY: 'key' })).toEqual({ kind: 'hosted', apiKey: 'key' });
  });
  it('refuses half a setting', () => {
    expect(() => engineChoice({ JAMPOT_ENGINE: 'hosted' })).toThrow(/JAMPOT_ENGINE_API_KEY/);
    expect(() => engineChoice({ JAMPOT_ENGINE: 'other' })).toThrow(/“other”/);
  });
});

describe('missingSupport', () => {
  const good: BrowserFacts = {
    crossOriginIsolated: true,
    sharedArrayBuffer: true,
    secureContext: true,
    serviceWorker: true,
    storage: true,
  };
  it.each([
    [{}, null],
    [{ secureContext: false, crossOriginIsolated: false }, 'insecure'],
    [{ crossOriginIsolated: false, sharedArrayBuffer: false }, 'not-isolated'],
    [{ sharedArrayBuffer: false }, 'old-browser'],
    [{ serviceWorker: false }, 'old-browser'],
  ] as const)('of %j is %j', (facts, missing) => {
    expect(missingSupport({ ...good, ...facts })).toBe(missing);
  });
});
