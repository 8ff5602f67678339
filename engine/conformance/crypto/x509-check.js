// Whether a certificate is for a host, an address, a mailbox.
const crypto = require('node:crypto');
const { certificates, show } = require('./fixtures/keys.js');
const leaf = new crypto.X509Certificate(certificates.leaf);
const local = new crypto.X509Certificate(certificates.ed25519);
const flags = [undefined, { subject: 'always' }, { subject: 'never' }, { wildcards: false }, { partialWildcards: false }, { multiLabelWildcards: true }, { singleLabelSubdomains: true }];
for (const name of ['www.example.org', 'WWW.Example.ORG', 'other.example.org', 'a.b.example.org', 'example.org', '.example.org', 'localhost', 'x.localhost', 'example.com', 'www.example.org.', '*.example.org', ''])
  for (const options of flags) show(`host ${name} ${JSON.stringify(options)}`, () => [leaf.checkHost(name, options), local.checkHost(name, options)]);
for (const email of ['someone@example.org', 'Someone@example.org', 'someone@EXAMPLE.org', 'info@example.org', 'x@example.org', 'nothing']) for (const options of flags.slice(0, 3)) show(`email ${email} ${JSON.stringify(options)}`, () => [leaf.checkEmail(email, options), local.checkEmail(email, options)]);
for (const ip of ['127.0.0.1', '127.0.0.2', '2001:db8::1', '2001:DB8:0:0:0:0:0:1', '::1', '::ffff:127.0.0.1', '256.1.1.1', 'nothing', '1.2.3', '1::2::3', '']) show(`ip ${ip}`, () => leaf.checkIP(ip));
for (const call of [() => leaf.checkHost(5), () => leaf.checkHost('a\0b'), () => leaf.checkHost('a', 5), () => leaf.checkHost('a', { subject: 'nope' }), () => leaf.checkHost('a', { wildcards: 5 }), () => leaf.checkEmail(5), () => leaf.checkIP(5)]) show(String(call), call);
