import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('has defaults for one machine', () => {
    const settings = readSettings({}, '/srv/jampot');
    expect(settings).toMatchObject({ port: 3000, dataFolder: '/srv/jampot/.data', fetchHosts: [] });
    expect(settings.base.origin).toBe('http://jampot.localhost:3000');
    expect(settings.embedders).toEqual(['http://jampot.localhost:3000', 'http://localhost:*', 'http://127.0.0.1:*']);
  });

  it('follows PORT in the base and takes a base of its own', () => {
    expect(readSettings({ PORT: '4000' }, '/').base.origin).toBe('http://jampot.localhost:4000');
    expect(readSettings({ PORT: '4000', JAMPOT_BASE_URL: 'https://ide.example.com' }, '/').base.origin).toBe('https://ide.example.com');
  });

  it('reads lists separated by commas or spaces', () => {
    const settings = readSettings({ JAMPOT_EMBEDDERS: 'https://a.example, https://*.b.example', JAMPOT_FETCH: 'x.example,y.example' }, '/');
    expect(settings.embedders).toEqual(['http://jampot.localhost:3000', 'https://a.example', 'https://*.b.example']);
    expect(settings.fetchHosts).toEqual(['x.example', 'y.example']);
  });

  it('limits shares, by default to 32 MB and 5,000 files', () => {
    expect(readSettings({}, '/').shareLimits).toEqual({ bytes: 32 * 2 ** 20, files: 5000 });
    expect(readSettings({ JAMPOT_SHARE_BYTES: '1000', JAMPOT_SHARE_FILES: '7' }, '/').shareLimits).toEqual({ bytes: 1000, files: 7 });
    expect(() => readSettings({ JAMPOT_SHARE_BYTES: '32 MB' }, '/')).toThrow('JAMPOT_SHARE_BYTES');
    expect(() => readSettings({ JAMPOT_SHARE_FILES: '0' }, '/')).toThrow('JAMPOT_SHARE_FILES');
  });
  it('takes the size of projects’ disks in megabytes', () => {
    expect(readSettings({}, '/').disk).toBeNull();
    expect(readSettings({ JAMPOT_DISK: '512' }, '/').disk).toBe(512 * 2 ** 20);
  });

  it('trusts a proxy only when told to', () => {
    expect(readSettings({}, '/').trustProxy).toBe(false);
    expect(readSettings({ JAMPOT_TRUST_PROXY: '1' }, '/').trustProxy).toBe(true);
    expect(() => readSettings({ JAMPOT_TRUST_PROXY: 'yes' }, '/')).toThrow(/JAMPOT_TRUST_PROXY/);
  });

  it('names the variable that it cannot use', () => {
    for (const disk of ['lots', '0', '4096']) expect(() => readSettings({ JAMPOT_DISK: disk }, '/')).toThrow(/JAMPOT_DISK/);
    expect(() => readSettings({ PORT: 'http' }, '/')).toThrow(/PORT/);
    expect(() => readSettings({ JAMPOT_EMBEDDERS: "https://a.example; script-src 'none'" }, '/')).toThrow(/JAMPOT_EMBEDDERS/);
    expect(() => readSettings({ JAMPOT_BASE_URL: 'nonsense' }, '/')).toThrow(/nonsense/);
  });
});
