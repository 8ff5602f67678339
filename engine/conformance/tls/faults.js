// What goes wrong between sides that do not fit, or do not speak TLS.
const net = require('node:net');
const http = require('node:http');
const tls = require('node:tls');
const { pair, fault } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
const serve = (server, run) => new Promise((resolve) => server.listen(0, () => run(server.address().port, () => server.close(resolve))));
(async () => {
  console.log('versions', await pair({ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }), await pair({ minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }));
  console.log('suites', await pair({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }, { ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' }), await pair({ ciphers: 'TLS_AES_128_GCM_SHA256' }, { ciphers: 'TLS_AES_256_GCM_SHA384' }));
  console.log('groups', await pair({ ecdhCurve: 'P-256' }, { ecdhCurve: 'P-384' }), await pair({ ecdhCurve: 'P-256', maxVersion: 'TLSv1.2' }, { ecdhCurve: 'P-384' }));
  console.log('signatures', await pair({ sigalgs: 'rsa_pss_rsae_sha256' }, { sigalgs: 'ecdsa_secp256r1_sha256' }));
  console.log('no certificate', await pair({ cert: undefined, key: undefined }, {}), await pair({ cert: undefined, key: undefined, maxVersion: 'TLSv1.2' }, {}));
  await serve(net.createServer((s) => { s.on('error', () => {}); s.end('HTTP/1.1 400 Bad Request\r\n\r\n'); }), (port, done) => { tls.connect({ port }).on('error', (e) => { console.log('not TLS', fault(e)); done(); }); });
  for (const text of ['GET / HTTP/1.1\r\n\r\n', 'CONNECT a:1 HTTP/1.1\r\n\r\n', 'nothing of the kind', '\x16\x03\x01\xff\xff', '\x16\x03\x01\x00\x04\x01\xff\xff\xff', '\x15\x03\x03\x00\x02\x02\x28', '\x17\x03\x03\x00\x01x']) {
    const server = tls.createServer(pki.rsa);
    server.on('tlsClientError', (e) => console.log(JSON.stringify(text), fault(e), e.library, Object.keys(e)));
    await serve(server, (port, done) => { const s = net.connect(port, () => s.write(text, 'latin1')); s.on('error', () => {}).resume().on('close', done); setTimeout(() => s.destroy(), 100); });
  }
  await serve(tls.createServer(pki.rsa).on('tlsClientError', (e) => console.log('gone', e.code, e.message)), (port, done) => { const s = net.connect(port, () => { s.destroy(); setTimeout(done, 50); }); });
  await serve(tls.createServer({ ...pki.rsa, handshakeTimeout: 50 }).on('tlsClientError', (e) => console.log('slow', e.code, e.message)), (port, done) => { const s = net.connect(port); s.on('close', done).resume().on('error', () => {}); });
  await serve(net.createServer((s) => s.destroy()), (port, done) => { tls.connect({ port }).on('error', (e) => { console.log('closed', e.code, e.message); done(); }); });
  await serve(http.createServer((_q, r) => r.end()), (port, done) => { tls.connect({ port }).on('error', (e) => { console.log('plain http', fault(e)); done(); }); });
})();
