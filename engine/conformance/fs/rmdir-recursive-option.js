const fs = require('node:fs'); const { attempt, attemptAsync, enterFolder } = require('../attempt.cjs'); enterFolder({ 'a/b/c': '' });
attempt(() => fs.rmdirSync('a', { recursive: true }), () => fs.existsSync('a'), () => fs.rmdirSync('none', { recursive: true }));
attemptAsync(() => fs.promises.rmdir('none', { recursive: true }), () => fs.promises.rm('none'), () => fs.promises.rm('.', { recursive: false }), () => new Promise((done) => fs.rmdir('none', (error) => done(error.code))), () => new Promise((done) => fs.rm('a', { recursive: true }, (error) => done(error?.code))));
