const os = require('node:os');
const attempt = (run) => { try { return run(); } catch (error) { return `${error.code}: ${error.message} ${JSON.stringify(error.info)}`; } };
console.log(os.freemem() <= os.totalmem(), os.uptime() >= process.uptime());
const user = os.userInfo({ encoding: 'buffer' }); console.log(Buffer.isBuffer(user.username), user.username.toString() === os.userInfo().username, Buffer.isBuffer(user.homedir), Buffer.isBuffer(user.shell));
console.log(attempt(() => os.setPriority(0)), attempt(() => os.setPriority(process.pid, 0)), attempt(() => os.getPriority(process.pid)));
console.log(attempt(() => os.getPriority(4_194_303)), attempt(() => os.setPriority(4_194_303, 5)));
console.log(Object.values(os.networkInterfaces()).flat().find(({ address }) => address === '127.0.0.1'));
const child = require('node:child_process').execFileSync(process.execPath, ['-p', 'require("node:os").uptime()']); console.log(Number(child) >= os.uptime() - 5);
