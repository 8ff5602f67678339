// Chains of certificates that are good and those that are not.
const { pair } = require('./fixtures/pairs.js');
const pki = require('./fixtures/pki.js');
const look = (s) => [s.authorized, s.authorizationError?.toString(), s.ssl.verifyError()?.message];
const servers = {
  good: pki.rsa, expired: pki.expired, early: pki.early, alone: pki.alone, wrongName: pki.named,
  below: { key: pki.below.key, cert: pki.below.cert + pki.middle.cert }, missing: pki.below, strange: pki.stranger,
  strangeWithRoot: { key: pki.stranger.key, cert: pki.stranger.cert + pki.other.cert }, withRoot: { key: pki.rsa.key, cert: pki.rsa.cert + pki.root.cert },
};
(async () => {
  for (const [name, server] of Object.entries(servers)) {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
      console.log(name, maxVersion, await pair(server, { rejectUnauthorized: false, maxVersion }, look));
      console.log(name, maxVersion, await pair(server, { maxVersion }, look));
    }
  }
  console.log('trusted', await pair(pki.alone, { ca: pki.alone.cert }, look));
  console.log('several', await pair(pki.stranger, { ca: [pki.root.cert, pki.other.cert], servername: 'stranger.test' }, look));
  console.log('partial', await pair(pki.below, { ca: pki.middle.cert }, look), await pair(pki.below, { ca: pki.middle.cert, allowPartialTrustChain: true }, look));
  console.log('own check', await pair(pki.named, { checkServerIdentity: (name, certificate) => { console.log(name, certificate.subject, certificate.issuer, certificate.issuerCertificate.subject.CN, certificate.subjectaltname); } }, look));
  console.log('refusing check', await pair(pki.rsa, { checkServerIdentity: () => new Error('no') }, look));
  console.log('by default', await pair(pki.rsa, { ca: undefined }, look));
  await pair({ key: pki.below.key, cert: pki.below.cert + pki.middle.cert }, {}, (s) => {
    for (let c = s.getPeerCertificate(true), depth = 0; c && depth < 4; c = c.issuerCertificate === c ? null : c.issuerCertificate, depth++) console.log(depth, c.subject.CN, c.issuer.CN, c.ca, c.bits, c.issuerCertificate === c);
    for (let c = s.getPeerX509Certificate(); c; c = c.issuerCertificate) console.log(c.subject, c.ca);
  });
})();
