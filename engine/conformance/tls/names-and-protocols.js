// Server names and application protocols.
const tls = require('node:tls');
const { pair } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
const look = (s) => [s.authorized, s.alpnProtocol, s.getPeerCertificate().subject.CN];
const named = tls.createSecureContext(pki.named);
(async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
    const SNICallback = (name, done) => { console.log('asked for', name); setImmediate(done, null, name === 'named.test' ? named : undefined); };
    for (const servername of ['named.test', 'localhost', '']) console.log(servername, await pair({ SNICallback }, { servername, maxVersion, rejectUnauthorized: false }, look));
    console.log('refused', await pair({ SNICallback: (_name, done) => done(new Error('no such name')) }, { servername: 'x.test', maxVersion }, look));
    console.log('not a context', await pair({ SNICallback: (_name, done) => done(null, {}) }, { servername: 'x.test', maxVersion, rejectUnauthorized: false }, look));
    for (const [server, client] of [[['a', 'b'], ['b', 'a']], [['a'], ['b']], [['h2', 'http/1.1'], ['http/1.1']], [undefined, ['a']], [['a'], undefined]])
      console.log(server, client, await pair({ ALPNProtocols: server }, { ALPNProtocols: client, maxVersion }, look));
    for (const answer of ['b', undefined])
      console.log('callback', answer, await pair({ ALPNCallback: (asked) => { console.log(asked); return answer; } }, { ALPNProtocols: ['a', 'b'], maxVersion }, look));
  }
})();
