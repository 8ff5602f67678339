process.chdir('/');
const { win32 } = require('node:path');
for (const text of ['C:\\a\\..\\b', 'c:a', '\\\\server\\share\\x\\..', '\\\\?\\C:\\a', 'C:', '/a/b', 'a/b\\c', '..\\..\\a', '', '.', 'C:\\', 'COM1', 'a:b', '//./x', 'C:/a/./b//c/']) console.log(text, win32.normalize(text), win32.dirname(text), win32.basename(text), win32.extname(text), win32.isAbsolute(text), win32.parse(text), win32.toNamespacedPath(text));
console.log(win32.join('a', '..', '..', 'b'), win32.join('\\\\a', 'b'), win32.relative('C:\\a\\b', 'c:\\A\\c'), win32.relative('C:\\a', 'D:\\a'), win32.resolve('C:\\a', '..\\b', 'D:x'), win32.format({ root: 'C:\\', name: 'f', ext: 'x' }), win32.sep, win32.delimiter);
