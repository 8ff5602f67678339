const url = require('node:url');
console.log(url.parse('http://user:pass@host.com:80/p/a?query=string#hash', true));
console.log(url.format({ protocol: 'https', host: 'h', pathname: '/p', query: { a: 1 } }), url.resolve('/one/two', '../three'), url.resolve('http://a.com/b', '//c/d'));
console.log(url.fileURLToPath('file:///a%20b'), url.pathToFileURL('/a b#c?d').href, url.domainToASCII('español.com'), url.domainToUnicode('xn--espaol-zwa.com'), url.urlToHttpOptions(new URL('http://a:b@c/d?e')));
for (const bad of [() => url.fileURLToPath('http://a'), () => url.fileURLToPath('file://host/a'), () => url.fileURLToPath('file:///a%2fb'), () => url.parse(5)]) try { bad(); } catch (error) { console.log(error.code, error.message); }
const pattern = new URLPattern({ pathname: '/books/:id' }); console.log(pattern.test('http://a/books/5'), pattern.exec('http://a/books/5').pathname.groups);
