process.on('SIGUSR2', (name, number) => { console.log(name, number); clearInterval(timer); });
const timer = setInterval(() => {}, 1000);
process.kill(process.pid, 'SIGUSR2');
try { process.kill(process.pid, 'SIGNOPE'); } catch (error) { console.log(error.code, error.message); }
try { process.kill(99999999, 0); } catch (error) { console.log(error.code, error.message, error.syscall); }
console.log(process.kill(process.pid, 0));
