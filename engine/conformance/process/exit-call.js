process.on('exit', (code) => { console.log('handler', code); setTimeout(() => console.log('never'), 0); });
process.on('beforeExit', () => console.log('never'));
setTimeout(() => process.exit(2), 1);
try { process.exit('x'); } catch (error) { console.log(error.code, error.message); }
