import { describe, expect, it } from 'vitest';
import { classifyHost, edgeOrigin, engineOrigin, isProjectLabel, parseBase, previewOrigin } from './origins.ts';

const base = parseBase('http://jampot.localhost:3000');

describe('parseBase', () => {
  it('takes an origin', () => {
    expect(parseBase('https://ide.example.com/')).toEqual({
      protocol: 'https:',
      hostname: 'ide.example.com',
      port: '',
      origin: 'https://ide.example.com',
    });
  });

  it.each(['ide.example.com', 'ftp://ide.example.com', 'https://ide.example.com/path', 'https://a@ide.example.com'])(
    'refuses %s',
    (text) => {
      expect(() => parseBase(text)).toThrow(TypeError);
    },
  );
});

describe('classifyHost', () => {
  it.each([
    ['jampot.localhost:3000', { kind: 'ide' }],
    ['JAMPOT.localhost', { kind: 'ide' }],
    ['jampot.localhost.:3000', { kind: 'ide' }],
    ['my-blog.jampot.localhost:3000', { kind: 'engine', project: 'my-blog' }],
    ['p8080--my-blog.jampot.localhost:3000', { kind: 'preview', project: 'my-blog', port: 8080 }],
    ['localhost:3000', { kind: 'loopback' }],
    ['127.0.0.1:3000', { kind: 'loopback' }],
    ['[::1]:3000', { kind: 'loopback' }],
    ['p99999--my-blog.jampot.localhost', { kind: 'unknown-label' }],
    ['p80--a--b.jampot.localhost', { kind: 'unknown-label' }],
    ['a.b.jampot.localhost', { kind: 'unknown-label' }],
    ['edge.jampot.localhost', { kind: 'unknown-label' }],
    ['my-site.edge.jampot.localhost:3000', { kind: 'edge', site: 'my-site', deploy: null }],
    ['0123456789abcdef01234567--my-site.edge.jampot.localhost', { kind: 'edge', site: 'my-site', deploy: '0123456789abcdef01234567' }],
    ['0123--my-site.edge.jampot.localhost', { kind: 'unknown-label' }],
    ['p80--my-site.edge.jampot.localhost', { kind: 'unknown-label' }],
    ['a.b.edge.jampot.localhost', { kind: 'unknown-label' }],
    [`${'a'.repeat(38)}.edge.jampot.localhost`, { kind: 'unknown-label' }],
    ['under_score.jampot.localhost', { kind: 'unknown-label' }],
    ['eviljampot.localhost', { kind: 'foreign' }],
    ['jampot.localhost.example.com', { kind: 'foreign' }],
    ['192.168.1.2:3000', { kind: 'foreign' }],
    [null, { kind: 'foreign' }],
  ])('%s', (host, kind) => {
    expect(classifyHost(host, base)).toEqual(kind);
  });

  it('is the IDE at localhost when that is the base', () => {
    expect(classifyHost('localhost:3000', parseBase('http://localhost:3000'))).toEqual({ kind: 'ide' });
  });
});

describe('origins of a deployed site', () => {
  it('are classified as what they were made for, and fit into a DNS label', () => {
    const site = 's'.repeat(37);
    const deploy = '0123456789abcdef01234567';
    expect(edgeOrigin(base, 'my-site')).toBe('http://my-site.edge.jampot.localhost:3000');
    const { host, hostname } = new URL(edgeOrigin(base, site, deploy));
    expect(classifyHost(host, base)).toEqual({ kind: 'edge', site, deploy });
    expect(hostname.split('.')[0]).toHaveLength(63);
    expect(() => edgeOrigin(base, 'a--b')).toThrow(TypeError);
  });
});

describe('origins of a project', () => {
  it('are classified as what they were made for', () => {
    const engine = new URL(engineOrigin(base, 'my-blog'));
    const preview = new URL(previewOrigin(base, 'my-blog', 65535));
    expect(engine.origin).toBe('http://my-blog.jampot.localhost:3000');
    expect(classifyHost(engine.host, base)).toEqual({ kind: 'engine', project: 'my-blog' });
    expect(classifyHost(preview.host, base)).toEqual({ kind: 'preview', project: 'my-blog', port: 65535 });
  });

  it('refuse a project that is no host label', () => {
    expect(isProjectLabel('a'.repeat(54))).toBe(true);
    for (const project of ['', '-a', 'a-', 'a--b', 'A', 'a.b', 'api', 'a'.repeat(55)]) {
      expect(isProjectLabel(project)).toBe(false);
      expect(() => engineOrigin(base, project)).toThrow(TypeError);
    }
    expect(() => previewOrigin(base, 'a', 0)).toThrow(RangeError);
  });
});
