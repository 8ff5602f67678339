const { Worker } = require('node:worker_threads');
const worker = new Worker(
  `process.stdin.setEncoding('utf8'); let all = '';
   process.stdin.on('data', (text) => { all += text; });
   process.stdin.on('end', () => { process.stdout.write('got ' + all); process.stderr.write('err\\n'); });`,
  { eval: true, stdin: true, stdout: true, stderr: true },
);
worker.stdout.on('data', (data) => console.log('stdout', String(data)));
worker.stderr.on('data', (data) => console.log('stderr', String(data)));
worker.stdin.write('a');
worker.stdin.end('b');
worker.on('exit', (code) => console.log(code));
