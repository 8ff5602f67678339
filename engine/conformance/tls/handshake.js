// Versions, suites, keys and groups that both sides agree on, and what they say of it.
const { pair } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
const look = (s) => [s.authorized, s.authorizationError, s.getProtocol(), s.getCipher(), s.getEphemeralKeyInfo(), s.alpnProtocol, s.servername, s.getPeerCertificate().subject.CN, s.getFinished().length, s.getPeerFinished().length, s.getPeerX509Certificate().subject, s.getX509Certificate(), s.encrypted];
(async () => {
  for (const name of ['rsa', 'ec', 'ed25519']) for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) console.log(name, await pair(pki[name], { maxVersion }, look));
  for (const ciphers of ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256']) console.log(ciphers, await pair({}, { ciphers }, look));
  for (const ciphers of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE-RSA-AES256-SHA384', 'AES128-SHA', 'AES256-GCM-SHA384', 'DHE-RSA-AES128-GCM-SHA256'])
    console.log(ciphers, await pair({ ciphers, dhparam: 'auto' }, { ciphers, maxVersion: 'TLSv1.2' }, look));
  for (const ecdhCurve of ['X25519', 'P-256', 'P-384', 'secp521r1', 'X25519MLKEM768', 'P-384:P-256']) console.log(ecdhCurve, await pair({ ecdhCurve }, {}, look), await pair({ ecdhCurve, maxVersion: 'TLSv1.2' }, {}, look));
  console.log(await pair({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' }, { ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256' }, look));
  console.log(await pair({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384', honorCipherOrder: false, maxVersion: 'TLSv1.2' }, { ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256' }, look));
})();
