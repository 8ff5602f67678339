const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ 'file': 'text', 'folder/inner': '' });
attempt(
  () => fs.mkdirSync('folder'), () => fs.mkdirSync('none/below'), () => fs.mkdirSync('file/below'), () => fs.mkdirSync('file', { recursive: true }), () => fs.mkdirSync('file/below', { recursive: true }), () => fs.mkdirSync('folder', { recursive: true }), () => fs.mkdirSync('x', { recursive: 'yes' }), () => fs.mkdirSync('x', { mode: 'abc' }), () => fs.mkdirSync(5),
  () => fs.rmdirSync('folder'), () => fs.rmdirSync('none'), () => fs.rmdirSync('file'), () => fs.rmdirSync('.'), () => fs.rmdirSync('folder', { recursive: 'x' }),
  () => fs.readdirSync('none'), () => fs.readdirSync('file'), () => fs.readdirSync('folder', { encoding: 'bogus' }), () => fs.readdirSync('folder', { recursive: 5 }), () => fs.mkdtempSync('none/x'), () => fs.mkdtempSync(5), () => fs.mkdtempSync('x', 'bogus'),
  () => fs.rmSync('none'), () => fs.rmSync('folder'), () => fs.rmSync('folder', { recursive: 5 }), () => fs.rmSync('file', { maxRetries: -1 }), () => fs.rmSync('file', { retryDelay: 'x' }),
);
