const { Worker } = require('node:worker_threads');
const run = (code, options) =>
  new Promise((resolve) => {
    const worker = new Worker(code, { eval: true, ...options });
    const seen = [];
    worker.on('error', (error) => seen.push(`${error.name}: ${error.message} (${error.code}) ${error instanceof TypeError}`));
    worker.on('exit', (exitCode) => resolve([...seen, exitCode]));
  });
(async () => {
  console.log(await run(''));
  console.log(await run('process.exit(7); console.log("never")'));
  console.log(await run('process.exitCode = 3'));
  console.log(await run('throw new TypeError("broken")'));
  console.log(await run('Promise.reject(new Error("rejected"))'));
  console.log(await run('process.on("exit", (code) => { console.log("exit handler", code); process.exitCode = 9; })'));
  console.log(await run('null.x'));
  console.log(await run('setTimeout(() => { throw Object.assign(new Error("late"), { code: "E_LATE" }) }, 5)'));
  console.log(await run('throw 5').catch(String));
})();
