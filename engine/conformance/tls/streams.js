// TLS over sockets, pairs of streams and itself; much data, ends and pauses.
const net = require('node:net');
const tls = require('node:tls');
const crypto = require('node:crypto');
const { duplexPair } = require('node:stream');
const pki = require('./fixtures/pki.js');
const sha = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const collect = (stream) => new Promise((resolve, reject) => { const parts = []; stream.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts))).on('error', reject); });
const body = Buffer.alloc(3_000_000, 'some text to send ');
(async () => {
  const echo = (socket) => { collect(socket).then((all) => socket.end(all)); };
  await new Promise((done) => {
    const server = tls.createServer({ ...pki.ec, allowHalfOpen: true }, echo).listen(0, async () => {
      const socket = tls.connect({ port: server.address().port, host: 'localhost', ca: pki.root.cert, allowHalfOpen: true });
      socket.write(body.subarray(0, 5)); socket.cork(); socket.write(body.subarray(5, 10)); socket.uncork(); socket.end(body.subarray(10));
      const all = await collect(socket);
      console.log('much', all.length, sha(all) === sha(body), socket.bytesRead, socket.bytesWritten);
      server.close(done);
    });
  });
  for (const layers of [1, 2]) {
    const [near, far] = duplexPair();
    let [client, server] = [near, far];
    for (let layer = 0; layer < layers; layer++) {
      const [below, above] = [client, server];
      server = new tls.TLSSocket(above, { isServer: true, ...pki.rsa });
      client = tls.connect({ socket: below, ca: pki.root.cert, host: 'localhost' });
    }
    server.on('data', (data) => server.write(`echo ${data}`));
    client.write('hello');
    const data = await new Promise((resolve) => client.once('data', resolve));
    console.log('pair', layers, String(data), client.authorized, client.getProtocol());
    client.end(); client.on('error', () => {}); server.on('error', () => {}); near.destroy(); far.destroy();
  }
  await new Promise((done) => {
    // Plain at first, then secured, as mail servers do.
    const server = net.createServer((plain) => {
      plain.once('data', (data) => { console.log(String(data)); plain.write('go'); const secure = new tls.TLSSocket(plain, { isServer: true, ...pki.ec }); secure.on('data', (text) => secure.end(`secure ${text}`)); });
    }).listen(0, () => {
      const plain = net.connect(server.address().port, () => plain.write('STARTTLS'));
      plain.once('data', () => { const secure = tls.connect({ socket: plain, ca: pki.root.cert, servername: 'localhost' }, () => secure.write('hello')); collect(secure).then((all) => { console.log(String(all)); server.close(done); }); });
    });
  });
  await new Promise((done) => {
    const server = tls.createServer(pki.ec, (socket) => { socket.on('end', () => console.log('server end')).on('close', (failed) => { console.log('server close', failed); server.close(done); }); socket.resume(); }).listen(0, () => {
      const socket = tls.connect({ port: server.address().port, host: 'localhost', ca: pki.root.cert }, () => { console.log(socket.setMaxSendFragment(100), socket.setMaxSendFragment(1024), socket.setMaxSendFragment(20000)); socket.end('x'); });
      socket.on('close', (failed) => console.log('client close', failed)).resume();
    });
  });
})();
