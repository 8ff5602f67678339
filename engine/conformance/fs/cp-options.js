const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ 'from/a': 'A', 'from/deep/b': 'B', single: 's' }); fs.symlinkSync('a', 'from/link'); const list = (name) => fs.readdirSync(name, { recursive: true }).sort();
const seen = []; fs.utimesSync('from/a', 100, 200);
attempt(
  () => { fs.cpSync('from', 't1', { recursive: true, preserveTimestamps: true }); return [list('t1'), fs.statSync('t1/a').mtimeMs]; }, () => { fs.cpSync('single', 't2'); return fs.readFileSync('t2', 'utf8'); }, () => { fs.cpSync('from', 't3', { recursive: true, dereference: true }); return fs.lstatSync('t3/link').isFile(); },
  () => { fs.cpSync('single', 't4/new/file'); return list('t4'); }, () => { fs.cpSync('from', 't5', { recursive: true, filter: (source, target) => { seen.push(`${source} ${target}`); return !source.endsWith('deep'); } }); return [list('t5'), seen.sort()]; }, () => { fs.cpSync('single', 't2', { mode: fs.constants.COPYFILE_EXCL, force: true }); return 'mode'; },
  () => fs.cpSync('single', 't6', { filter: 5 }), () => fs.cpSync('single', 't6', { recursive: 5 }), () => fs.cpSync('single', 't6', { mode: 'x' }), () => fs.cpSync('single', 't6', { dereference: true, verbatimSymlinks: true }), () => fs.cpSync(1, 't6'), () => fs.cpSync('single', 't6', { filter: async () => true }),
);
