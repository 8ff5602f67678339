require('node:fs').stat(__filename, () => { throw new Error('in a callback'); });
process.on('exit', (code) => console.log('exit', code));
