require('node:fs').readFileSync('does-not-exist.txt');
