// Secrets that both sides derive: key log, exported keys, pre-shared keys, ticket keys.
const tls = require('node:tls');
const { pair } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
(async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
    const logs = { server: [], client: [] };
    let exported;
    const seen = await pair({}, { maxVersion }, (s) => {
      try { s.exportKeyingMaterial(10, 'client finished'); } catch (error) { console.log(error.code, error.message); }
      return s.exportKeyingMaterial(32, 'a label', Buffer.from('context')).toString('hex') === exported;
    }, (socket, server) => { exported = socket.exportKeyingMaterial(32, 'a label', Buffer.from('context')).toString('hex'); setTimeout(() => socket.end(), 30); });
    console.log(maxVersion, seen.client, seen.clientError);
    const server = tls.createServer(pki.rsa, (s) => s.end());
    server.on('keylog', (line) => logs.server.push(line.toString()));
    await new Promise((done) => server.listen(0, () => { const s = tls.connect({ port: server.address().port, host: 'localhost', ca: pki.root.cert, maxVersion }); s.on('keylog', (line) => logs.client.push(line.toString())).resume().on('close', () => server.close(done)); }));
    console.log(logs.server.map((line) => line.split(' ')[0]).sort(), logs.server.sort().join() === logs.client.sort().join(), logs.server.every((line) => /^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]+\n$/.test(line)));
    const psk = Buffer.alloc(16, 9);
    const ciphers = 'PSK-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256';
    for (const identity of ['known', 'unknown']) {
      console.log('psk', identity, await pair(
        { ciphers, cert: undefined, key: undefined, pskIdentityHint: 'hint', pskCallback: (_socket, name) => (name === 'known' ? psk : null) },
        { ciphers, maxVersion, checkServerIdentity: () => undefined, pskCallback: (hint) => { console.log('hint', hint); return { psk, identity }; } },
        (s) => [s.authorized, s.getCipher().name, s.getPeerCertificate()],
      ));
    }
  }
  const server = tls.createServer({ ...pki.rsa, ticketKeys: Buffer.alloc(48, 1) });
  console.log(server.getTicketKeys().equals(Buffer.alloc(48, 1)));
  server.setTicketKeys(Buffer.alloc(48, 2));
  console.log(server.getTicketKeys().equals(Buffer.alloc(48, 2)));
})();
