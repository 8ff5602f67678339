const { execFileSync } = require('node:child_process');
console.log(execFileSync(process.execPath, ['-p', 'process.execArgv.length + ":" + process.noDeprecation'], { env: { ...process.env, NODE_OPTIONS: '--no-deprecation' }, encoding: 'utf8' }).trim());
