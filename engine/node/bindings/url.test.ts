import { describe, expect, it, vi } from 'vitest';
import { runNative, runOnBindings } from '../testing/native.ts';

// Each comparison starts two processes.
vi.setConfig({ testTimeout: 60_000 });

const PRELUDE = `
const { URL, URLSearchParams, domainToASCII, domainToUnicode, pathToFileURL, fileURLToPath, format, urlToHttpOptions } = { ...require('url'), URL: require('internal/url').URL };
const { inspect } = require('util');
const show = (label, compute) => {
  try { console.log(label, inspect(compute(), { showHidden: true, depth: 3 })); }
  catch (error) { console.log(label, error.constructor.name, error.message, Object.entries(error).join()); }
};
`;

function expectSame(script: string): void {
  const ours = runOnBindings(['url', 'encoding_binding'], PRELUDE + script);
  const native = runNative(PRELUDE + script);
  expect(native.stdout).not.toBe('');
  expect(ours.stdout).toBe(native.stdout);
  expect({ status: ours.status, stderr: ours.stderr }).toEqual({ status: native.status, stderr: native.stderr });
}

const URLS = [
  'http://a:1@b:3/c?d#e',
  'mailto:x@y?z#q',
  'foo://bar',
  'foo://bar:9',
  'foo:/.//x',
  'file:///a/b',
  'https://u@h/',
  'https://:p@h/',
  'https://u:@h/',
  'http://[::1]:80/',
  'http://[::1]:8080/?',
  'foo:bar?#',
  'data:text/plain,a#b',
  'javascript:alert("?")',
  'ws://h?x',
  'http://h/#',
  'blob:http://a/b',
  'foo:///a',
  'foo://u:p@h:1/@:?@#:@',
  'http://h/a:b@c',
  'file://h/x',
  'HTTP://EXAMPLE.com:80/../a/./b',
  'http://español.com/ñ?ñ#ñ',
  'http://1.2/',
  'wss://h:443/',
];

describe('url.URL', () => {
  it("has native's parts for every kind of URL", () => {
    expectSame(
      `for (const input of ${JSON.stringify(URLS)}) show(input, () => { const url = new URL(input); return [url, url.origin, url.toJSON()]; });`,
    );
  });

  it('resolves against a base', () => {
    expectSame(`
      for (const base of ['http://a/b/c?d#e', 'file:///x/y', 'foo://h/p/q', 'mailto:x'])
        for (const input of ['', '.', '..', '/x', '//h', '?q', '#f', 'x:y', 'a/../b', 'é', '\\\\x', 'C:/x']) { show([base, input], () => new URL(input, base).href); show([base, input], () => URL.canParse(input, base)); show('', () => URL.parse(input, base)?.href); }
    `);
  });

  it('refuses what native refuses, with its error', () => {
    expectSame(`
      for (const input of ['', 'x', 'http://', 'http://a b', 'http://[::1', 'http://a:99999', 'http://256.1.1.1', 'http://xn--a/'])
        { show(input, () => new URL(input)); show(input, () => new URL(input, 'y')); show(input, () => URL.canParse(input)); show(input, () => URL.parse(input)); }
    `);
  });

  it('changes as native does through every setter', () => {
    expectSame(`
      const values = ['', 'x', 'x y', 'X', '99999', '80', '8080x', '443', 'foo', 'foo:', 'ftp', 'http', 'file:', '[::1]', '[::1]:9', 'h:7', 'h', 'a@b', '?q', '#f', '/p/../q', 'é', '%41', 'h:', 'h:x', 'a/b', '1.2', '\\t1', '?', '#'];
      for (const input of ['http://a/b', 'https://u:p@h:81/x?y#z', 'mailto:x', 'foo://h/p', 'file:///a', 'foo:/p', 'file://h/x', 'foo:///p'])
        for (const name of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash', 'href'])
          for (const value of values) show([input, name, value], () => { const url = new URL(input); url.searchParams; url[name] = value; return url; });
    `);
  });

  it('keeps searchParams and the URL in step', () => {
    expectSame(`
      const url = new URL('http://a/?x=1&y=2#h');
      const { searchParams } = url;
      searchParams.append('z', 'ä &'); show('append', () => url.href);
      searchParams.delete('x'); show('delete', () => [url.search, url]);
      url.search = '?q=%20+'; show('search', () => [...searchParams]);
      url.href = 'http://b/'; show('href', () => [...searchParams]);
      for (const key of ['a', 'b']) searchParams.set(key, key); searchParams.sort(); show('sort', () => url.toString());
    `);
  });
});

describe('url functions', () => {
  it('turn domains into ASCII and Unicode', () => {
    expectSame(`
      for (const domain of ['Ex.com', 'español.com', 'xn--espaol-zwa.com', 'a b', '256.1.1.1', '1.2.3', 'xn--iñvalid.com', '中文.com', '', '[::1]', 'a/b', 'ﬀ.com', 'ß.de', 'a..b', '-x', 'a_b', 'é'.repeat(70), 'x', 'XN--ESPAOL-ZWA.com', 'xn--a', 'a.xn--zzzzzzz', 'x😀.de'])
        show(domain, () => [domainToASCII(domain), domainToUnicode(domain), require('url').parse('http://' + domain + '/').hostname]);
    `);
  });

  it('turn paths into file URLs and back', () => {
    expectSame(`
      for (const path of ['/a b%c\\\\d\\ne?f#g', '/', '/a/', '/é', '/a/../b', '/a//b', '/~[]^|"<>', '/c|/x', 'relative'])
        show(path, () => { const url = pathToFileURL(path); return [url.href.replace(encodeURI(process.cwd()), 'CWD'), path === 'relative' || fileURLToPath(url)]; });
      for (const path of ['C:\\\\a b\\\\c%', '\\\\\\\\host\\\\share\\\\x', 'C:\\\\']) show(path, () => pathToFileURL(path, { windows: true }).href);
      show('host', () => fileURLToPath('file://h/x')); show('slash', () => fileURLToPath('file:///a%2fb'));
    `);
  });

  it('format', () => {
    expectSame(`
      for (const href of ['https://a:b@xn--espaol-zwa.com:9/p?q#h', 'mailto:x?y', 'http://h'])
        for (const options of [{}, { fragment: false }, { unicode: true }, { search: false }, { auth: false }, { auth: false, fragment: false, unicode: true, search: false }]) show(href, () => format(new URL(href), options));
      show('options', () => urlToHttpOptions(new URL('http://u:p@h:1/a?b#c')));
    `);
  });
});
