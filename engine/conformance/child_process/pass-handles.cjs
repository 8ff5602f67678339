'use strict';
// Servers and sockets that a forked process is given through its channel, with messages before and after them.
const { fork } = require('node:child_process');
const net = require('node:net');

if (process.argv[2] === 'child') {
  let server;
  process.on('message', (message, handle) => {
    if (message === 'server') {
      server = handle;
      handle.on('connection', (socket) => socket.end(`from the child, ${handle instanceof net.Server}\n`));
      process.send('serves');
    } else if (message === 'socket') {
      handle.end(`a socket that the child was given, ${handle instanceof net.Socket}, port known ${handle.remotePort > 0}\n`);
    } else if (message === 'end') {
      server.close();
      process.disconnect();
    } else process.send(`child got ${JSON.stringify(message)} and ${handle}`);
  });
} else {
  const child = fork(__filename, ['child']);
  const answer = () => new Promise((resolve) => child.once('message', resolve));
  const connect = (port) =>
    new Promise((resolve) => {
      let text = '';
      net
        .connect(port, '127.0.0.1')
        .setEncoding('utf8')
        .on('data', (data) => (text += data))
        .on('end', () => resolve(text));
    });
  (async () => {
    child.send({ before: 'x'.repeat(3) });
    console.log(await answer());
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    child.send('server', server);
    console.log(await answer());
    server.close();
    console.log(await connect(port));
    const own = net.createServer({ pauseOnConnect: true }, (socket) => child.send('socket', socket));
    await new Promise((resolve) => own.listen(0, '127.0.0.1', resolve));
    console.log(await connect(own.address().port));
    own.close();
    child.send(['after']);
    console.log(await answer());
    child.send('end');
    child.on('exit', (code, signal) => console.log('child ended', code, signal));
  })();
}
