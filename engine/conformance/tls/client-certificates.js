// Servers that ask for certificates.
const { pair } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
const look = (s) => [s.authorized, s.getCertificate()?.subject?.CN, s.getSharedSigalgs().length > 0];
const clients = { none: {}, good: pki.client, strange: pki.stranger, expired: pki.expired, rsa: pki.rsa };
(async () => {
  for (const [name, client] of Object.entries(clients)) {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
      for (const rejectUnauthorized of [true, false]) {
        const { data, ...seen } = await pair({ requestCert: true, rejectUnauthorized, ca: pki.root.cert }, { ...client, maxVersion }, look);
        // What a refused client of 1.3 sees depends on what arrives first.
        if (rejectUnauthorized && maxVersion === 'TLSv1.3') delete seen.clientError;
        console.log(name, maxVersion, rejectUnauthorized, seen);
      }
    }
  }
})();
