// What is in certificates.
const crypto = require('node:crypto');
const { certificates, keys, show } = require('./fixtures/keys.js');
const made = Object.fromEntries(Object.entries(certificates).map(([name, text]) => [name, new crypto.X509Certificate(text)]));
for (const [name, certificate] of Object.entries(made)) {
  console.log(name, certificate);
  console.log(certificate.ca, certificate.raw.length, certificate.toString() === certificates[name], JSON.stringify(certificate) === JSON.stringify(certificates[name]), certificate.publicKey.asymmetricKeyType, certificate.publicKey.asymmetricKeyDetails, certificate.issuerCertificate);
  show('legacy', () => certificate.toLegacyObject());
  for (const [other, issuer] of Object.entries(made)) console.log(name, other, certificate.checkIssued(issuer), certificate.verify(issuer.publicKey));
  show('private', () => [certificate.checkPrivateKey(keys.rsa), certificate.checkPrivateKey(keys['ec-p256'])]);
}
const der = new crypto.X509Certificate(made.leaf.raw);
console.log(der.fingerprint256 === made.leaf.fingerprint256, crypto.createPublicKey(certificates.leaf).equals(made.leaf.publicKey), Object.keys(der));
for (const bad of ['', 'nothing', Buffer.alloc(0), Buffer.alloc(20), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 5, null]) show(`bad ${String(bad).slice(0, 30)}`, () => new crypto.X509Certificate(bad));
for (const call of ['checkIssued', 'verify', 'checkPrivateKey']) show(call, () => made.leaf[call]({}));
show('verify private', () => made.leaf.verify(keys.rsa));
