const os = require('node:os');
console.log(os.EOL, os.platform(), os.type(), os.arch(), os.endianness(), os.devNull, os.tmpdir(), os.homedir(), typeof os.hostname(), os.cpus().length > 0, os.totalmem() > 0, os.freemem() > 0, os.loadavg().length, os.availableParallelism() > 0, os.machine(), typeof os.release(), typeof os.version(), os.uptime() > 0);
console.log(Object.keys(os.userInfo()), os.constants.signals.SIGTERM, os.constants.errno.ENOENT, os.constants.priority, os.getPriority(), Object.keys(os.cpus()[0]), Object.keys(os.cpus()[0].times), Array.isArray(os.networkInterfaces().lo ?? []));
try { os.setPriority(0, 100); } catch (error) { console.log(error.code, error.message); }
