// node: --no-warnings
const { enterFolder } = require('../attempt.cjs');
const { run } = require('./fixtures/program.cjs');
enterFolder({ 'data/file': 'content' });
run({ args: ['prog', 'ä', '', 'a\0b'], env: { A: '1', B: undefined, C: 'ü', D: 'x\0y' }, preopens: { '/d': 'data' } }, ({ w, bytes, u32, u64, memory }) => {
  console.log(w.fd_close(-1), w.fd_close(1.5), w.fd_close(2 ** 32), w.fd_close(7), w.fd_close(3, 4), w.fd_close(3n), w.fd_close());
  console.log(w.fd_seek(3, 0, 0, 0), w.fd_seek(3, 0n, 0, 0), w.fd_seek(3, 2n ** 64n, 0, 0), w.fd_seek(3, -1n, 0, 65530));
  console.log(w.args_sizes_get(65536, 0), w.args_sizes_get(65533, 0), w.args_sizes_get(65532, 0), w.args_get(65536, 65536), w.args_get(0, 65530), w.args_get(65530, 0));
  console.log(w.random_get(65536, 0), w.random_get(0, 0), w.random_get(65535, 1), w.random_get(65535, 2), w.random_get(0, 65536));
  bytes().fill(0xee);
  console.log(w.args_sizes_get(0, 4), u32(0), u32(4), w.args_get(8, 100), [8, 12, 16, 20].map(u32), bytes(100, 16));
  console.log(w.environ_sizes_get(0, 4), u32(0), u32(4), w.environ_get(8, 100), [8, 12, 16].map(u32), bytes(100, 16));
  console.log(w.clock_res_get(0, 0), u64(0), w.clock_res_get(1, 0), u64(0), w.clock_res_get(2, 0), u64(0), w.clock_res_get(4, 0), w.clock_res_get(0, 65530));
  console.log([0, 1, 2, 3].map((clock) => [w.clock_time_get(clock, 0n, 0), u64(0) >= 0n]), w.clock_time_get(4, 0n, 0), w.clock_time_get(0, 0, 0), w.clock_time_get(0, 0n, 65530));
  w.clock_time_get(0, 0n, 0);
  console.log(Math.abs(Number(u64(0) / 1000000n) - Date.now()) < 5000);
  w.clock_time_get(1, 0n, 0), w.clock_time_get(1, 0n, 8);
  console.log(u64(8) >= u64(0));
  console.log(w.sched_yield(), w.sched_yield(1), w.proc_raise(26), w.proc_raise(99), w.proc_raise(0));
  memory.grow(1);
  console.log(w.random_get(65536, 65536), bytes(65536, 65536).some((byte) => byte !== 0), w.random_get(65536, 65537));
});
console.log(run({}, ({ w }) => w.proc_exit(7)), run({}, ({ w }) => w.proc_exit(300)), run({}, () => 5));
try {
  run({}, () => {
    throw new Error('own');
  });
} catch (error) {
  console.log(error.message);
}
