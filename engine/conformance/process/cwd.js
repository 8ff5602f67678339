const path = require('node:path');
console.log(path.relative(process.cwd(), __filename), path.basename(__dirname));
process.chdir('process');
console.log(path.basename(process.cwd()));
try { process.chdir('/nowhere'); } catch (error) { console.log(error.message, error.code, error.errno, error.syscall, error.path, error.dest); }
