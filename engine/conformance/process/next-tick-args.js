process.nextTick((...args) => console.log(args), 1, 'two', { three: 3 });
try { process.nextTick('no function'); } catch (error) { console.log(error.code, error.message); }
