import fs from 'node:fs'; import attempts from '../attempt.cjs'; const { attemptAsync, enterFolder } = attempts; const own = enterFolder({ 'from/a': 'A', single: 's', 'full/x': 'x' });
const show = (work) => async () => { try { return await work(); } catch (error) { return `${error.name} ${error.code} ${error.message.replaceAll(own, '.')} ${error.syscall}`; } };
await attemptAsync(...[
  () => fs.promises.cp('none', 't'), () => fs.promises.cp('from', 't'), () => fs.promises.cp('from', 'single', { recursive: true }), () => fs.promises.cp('single', 'from'), () => fs.promises.cp('single', 'single'), () => fs.promises.cp('from', 'from/below', { recursive: true }), () => fs.promises.cp('single', 'full/x', { force: false, errorOnExist: true }), () => fs.promises.cp('single', 'full/x', { force: false }), () => fs.promises.readFile('full/x', 'utf8'), () => fs.promises.cp('single', 'new', { filter: async () => false }), () => fs.promises.stat('new'),
].map(show));
fs.cp('none', 't', (error) => console.log(error.code)); try { fs.cp('single', 't'); } catch (error) { console.log(error.code); }
