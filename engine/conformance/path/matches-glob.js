const path = require('node:path');
for (const [text, pattern] of [['a/b.js', 'a/*.js'], ['a/b/c.js', '**/*.js'], ['a.ts', '*.{js,ts}'], ['.a', '*'], ['a/.b', 'a/*'], ['ab', 'a?'], ['abc', '[a-c]bc'], ['x', '!(x)'], ['foo', '@(foo|bar)'], ['a/b', 'a/**'], ['a', 'a/**'], ['A', 'a'], ['', '']]) console.log(text, pattern, path.matchesGlob(text, pattern), path.posix.matchesGlob(text, pattern));
