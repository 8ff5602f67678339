// Classic Diffie-Hellman: groups, own primes, checks.
const crypto = require('node:crypto');
const { show, seed } = require('./fixtures/keys.js');
for (const name of ['modp1', 'modp2', 'modp5', 'modp14', 'modp15', 'MODP16']) {
  const group = crypto.getDiffieHellman(name);
  const other = crypto.createDiffieHellmanGroup(name);
  const [ours, theirs] = [group.generateKeys(), other.generateKeys()];
  console.log(name, group.getPrime().length, group.getPrime('hex').slice(-24), group.getGenerator('hex'), group.verifyError, group.computeSecret(theirs).equals(other.computeSecret(ours)), group.getPrivateKey().length > 16);
}
const prime = crypto.getDiffieHellman('modp2').getPrime();
const [one, two] = ['one', 'two'].map((name) => {
  const party = crypto.createDiffieHellman(prime, 2);
  party.setPrivateKey(seed(name, 40));
  party.generateKeys();
  return party;
});
console.log(one.getPublicKey('hex'), one.computeSecret(two.getPublicKey(), null, 'base64'), one.computeSecret(two.getPublicKey('hex'), 'hex').length);
for (const [label, make] of Object.entries({ generator: () => crypto.createDiffieHellman(Buffer.from([23]), 1), empty: () => crypto.createDiffieHellman(Buffer.alloc(0)).verifyError, fifteen: () => crypto.createDiffieHellman(Buffer.from([15])).verifyError, seventeen: () => crypto.createDiffieHellman(Buffer.from([17])).verifyError, own: () => crypto.createDiffieHellman(prime).verifyError, five: () => crypto.createDiffieHellman(prime, 5).verifyError, text: () => crypto.createDiffieHellman(prime.toString('hex'), 'hex', '02', 'hex').getGenerator('hex'), group: () => crypto.getDiffieHellman('nope'), argument: () => crypto.createDiffieHellman({}), noPublic: () => crypto.createDiffieHellman(prime).getPublicKey(), noPrivate: () => crypto.createDiffieHellman(prime).getPrivateKey(), noKeys: () => crypto.createDiffieHellman(prime).computeSecret(Buffer.from([2])), zero: () => one.computeSecret(Buffer.alloc(1)), one: () => one.computeSecret(Buffer.from([1])), prime: () => one.computeSecret(prime), setter: () => crypto.getDiffieHellman('modp1').setPublicKey }))
  show(label, make);
for (const size of [0, 1, -1, 511]) show(`size ${size}`, () => crypto.createDiffieHellman(size));
