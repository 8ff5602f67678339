// Sessions that are resumed: by tickets, by ids, and when they are not.
const crypto = require('node:crypto');
const { pair } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
const ticketKeys = Buffer.alloc(48, 3);
const look = (s) => [s.isSessionReused(), s.authorized, s.getPeerCertificate().subject?.CN, Buffer.isBuffer(s.getSession()), s.getTLSTicket() === undefined];
const withSession = async (server, client) => {
  let session;
  const first = await pair({ ticketKeys, sessionIdContext: 'same', ...server }, client, (s) => { s.on('session', (bytes) => (session = bytes)); return look(s); }, (socket) => setTimeout(() => socket.end(), 20));
  return { first, session };
};
(async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
    const { first, session } = await withSession({}, { maxVersion });
    console.log(maxVersion, first, Buffer.isBuffer(session));
    const again = (server, client) => pair({ ticketKeys, sessionIdContext: 'same', ...server }, { maxVersion, session, ...client }, look);
    console.log('same', await again({}, {}));
    console.log('other keys', await again({ ticketKeys: Buffer.alloc(48, 4) }, {}));
    console.log('other context', await again({ sessionIdContext: 'other' }, {}));
    console.log('other name', await again({}, { servername: 'named.test', rejectUnauthorized: false }));
    console.log('garbage', await again({}, { session: Buffer.from('nothing') }));
  }
  const store = new Map();
  const options = { secureOptions: crypto.constants.SSL_OP_NO_TICKET, maxVersion: 'TLSv1.2' };
  const tls = require('node:tls');
  const server = tls.createServer({ ...pki.rsa, ...options }, (s) => s.end());
  server.on('newSession', (id, data, done) => { console.log('new', id.length); store.set(id.toString('hex'), data); done(); });
  server.on('resumeSession', (id, done) => { console.log('resume', store.has(id.toString('hex'))); done(null, store.get(id.toString('hex')) ?? null); });
  server.listen(0, () => {
    const connect = (session, next) => {
      let kept;
      const s = tls.connect({ port: server.address().port, host: 'localhost', ca: pki.root.cert, session }, () => { kept = s.getSession(); console.log(look(s)); });
      s.resume().on('close', () => next(kept));
    };
    connect(undefined, (session) => connect(session, () => server.close()));
  });
})();
