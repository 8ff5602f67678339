const url = new URL('https://user:pa%20ss@EXAMPLE.com:8080/a/../b%20c?x=1&x=2&y=ä#frag');
console.log(url, url.href, String(url.searchParams), url.searchParams.getAll('x'));
url.port = '443'; url.pathname = '/ü'; url.search = ''; url.hash = 'z'; console.log(url.href, URL.canParse('nope'), URL.parse('nope'), URL.parse('/x', 'http://h').href);
for (const bad of ['nope', 'http://', 'http://a b/', 'http://[::1', 'http://a:99999']) try { new URL(bad); } catch (error) { console.log(error.name, error.code, error.message, error.input); }
const params = new URLSearchParams({ b: '2', a: '1 1' }); params.append('c', 'ü'); params.sort(); console.log(params, params.toString(), params.size, params.has('a', '1 1'), [...params.keys()]);
console.log(new URL('file:///C:/x/../y').href, new URL('http://xn--mgba3a4fra/').hostname, new URL('http://münchen.de').host, new URL('data:text/plain,hi').pathname);
