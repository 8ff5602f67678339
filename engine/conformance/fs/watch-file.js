const fs = require('node:fs'), path = require('node:path'), os = require('node:os'); const file = path.join(os.tmpdir(), `wf-${process.pid}`); fs.writeFileSync(file, 'a');
fs.watchFile(file, { interval: 30 }, (current, previous) => { console.log(previous.size, current.size); fs.unwatchFile(file); fs.unlinkSync(file); }); setTimeout(() => fs.writeFileSync(file, 'abc'), 100);
