// node: --no-warnings
// input: "text"
const { enterFolder } = require('../attempt.cjs');
const { run } = require('./fixtures/program.cjs');
enterFolder({ 'data/file': 'content' });
run({ preopens: { '/d': 'data' } }, ({ w, view, bytes, text, u32, vector, open }) => {
  const subscribe = (index, userdata, type, first, timeout = 0n, flags = 0) => {
    const at = 1000 + index * 48;
    bytes().fill(0, at, at + 48);
    view().setBigUint64(at, userdata, true);
    view().setUint8(at + 8, type);
    view().setUint32(at + 16, first, true);
    if (type === 0) view().setBigUint64(at + 24, timeout, true);
    if (type === 0) view().setUint16(at + 40, flags, true);
  };
  const poll = (count) => {
    bytes().fill(0, 4000, 4000 + count * 32);
    const error = w.poll_oneoff(1000, 4000, count, 3000);
    return [error, error === 0 ? u32(3000) : undefined, bytes(4000, count * 32).toString('hex').replace(/0+$/, '')];
  };
  subscribe(0, 7n, 0, 1, 5_000_000n);
  console.log(poll(1));
  subscribe(1, 8n, 0, 0, 1_000_000n);
  console.log(poll(2));
  subscribe(0, 9n, 2, 1);
  console.log(poll(1), poll(2));
  subscribe(0, 9n, 1, 0);
  console.log(poll(1)[0]);
  vector(100, 200, 10);
  console.log(w.fd_read(0, 100, 1, 300), text(200, u32(300)), w.fd_read(0, 100, 1, 300), u32(300));
  subscribe(0, 10n, 2, 88);
  console.log(poll(1), poll(2));
  subscribe(0, 10n, 2, 1), subscribe(1, 11n, 2, 88);
  console.log(poll(2));
  subscribe(0, 12n, 1, open('file'));
  console.log(poll(1));
  subscribe(0, 12n, 1, 3);
  console.log(poll(1));
  subscribe(0, 12n, 5, 3);
  console.log(poll(1), w.poll_oneoff(1000, 4000, 0, 3000), w.poll_oneoff(65500, 4000, 1, 3000), w.poll_oneoff(1000, 65530, 1, 3000), w.poll_oneoff(1000, 4000, 1, 65534));
  subscribe(0, 13n, 2, 1), subscribe(1, 14n, 2, 1);
  console.log(poll(2));
  const start = Date.now();
  subscribe(0, 15n, 0, 0, BigInt(start + 60) * 1_000_000n, 1);
  console.log(poll(1), Date.now() - start >= 50);
  console.log(w.sock_accept(3, 0, 0), w.sock_accept(99, 0, 0), w.sock_accept(99, 1, 0), w.sock_recv(99, 100, 1, 0, 0, 8), w.sock_recv(99, 100, 1, 1, 0, 8), w.sock_send(99, 100, 1, 0, 0), w.sock_send(99, 100, 1, 1, 0), w.sock_shutdown(99, 0), w.sock_shutdown(99, 1), w.sock_shutdown(99, 2));
});
