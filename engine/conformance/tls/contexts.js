// What createSecureContext takes and what it refuses.
const tls = require('node:tls');
const pki = require('./fixtures/pki.js');
const wrong = {
  ciphers: [{ ciphers: 'nope' }, { ciphers: 'TLS_NOPE' }, { ciphers: '' }, { ciphers: 5 }, { ciphers: '!ALL' }, { ciphers: 'HIGH:!aNULL' }, { ciphers: 'ECDHE+AESGCM@SECLEVEL=1' }],
  keys: [{ cert: 'nope' }, { key: 'nope' }, { cert: pki.rsa.cert, key: pki.ec.key }, { cert: pki.ec.cert, key: pki.client.key }, { cert: pki.rsa.cert, key: pki.rsa.key }, { cert: [pki.rsa.cert, pki.ec.cert], key: [pki.rsa.key, pki.ec.key] }, { key: { pem: pki.rsa.key } }, { cert: 5 }, { ca: 'nope' }, { ca: 5 }],
  versions: [{ minVersion: 'TLSv1.4' }, { maxVersion: 'x' }, { secureProtocol: 'x' }, { secureProtocol: 'SSLv3_method' }, { secureProtocol: 'TLSv1_2_method', maxVersion: 'TLSv1.3' }, { secureProtocol: 'TLSv1_2_method' }, { secureProtocol: 'TLS_method' }],
  more: [{ ecdhCurve: 'nope' }, { ecdhCurve: 'P-256:X25519' }, { sigalgs: 'nope' }, { sigalgs: '' }, { sigalgs: 'RSA-PSS+SHA256:ed25519' }, { dhparam: 'auto' }, { dhparam: 'nope' }, { crl: 'nope' }, { pfx: 'short' }, { ticketKeys: Buffer.alloc(3) }, { ticketKeys: Buffer.alloc(48) }, { sessionTimeout: -1 }, { sessionTimeout: 5 }, { privateKeyIdentifier: 'a' }],
};
for (const [kind, list] of Object.entries(wrong)) {
  for (const options of list) {
    const shown = JSON.stringify(options, (_key, value) => (typeof value === 'string' && value.startsWith('-----') ? value.slice(5, 20) : value));
    try {
      const { context } = tls.createSecureContext(options);
      console.log(kind, shown, context.getMinProto(), context.getMaxProto());
    } catch (error) {
      console.log(kind, shown, error.name, error.code, error.message, error.library, error.reason);
    }
  }
}
console.log(tls.rootCertificates.length > 100, tls.rootCertificates[0].slice(0, 60), Object.isFrozen(tls.rootCertificates), tls.getCACertificates().length === tls.rootCertificates.length, tls.getCACertificates('extra'), tls.DEFAULT_MIN_VERSION, tls.DEFAULT_MAX_VERSION, tls.DEFAULT_ECDH_CURVE, tls.getCiphers().length);
tls.setDefaultCACertificates([pki.root.cert]);
console.log(tls.getCACertificates().length);
