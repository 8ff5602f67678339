// Keys and certificates cross threads.
const crypto = require('node:crypto');
const { Worker, isMainThread, parentPort, MessageChannel, receiveMessageOnPort } = require('node:worker_threads');
const { keys, certificates } = require('./fixtures/keys.js');
if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', (message) => console.log(message));
  for (const [name, key] of Object.entries(keys)) worker.postMessage({ name, key, publicKey: crypto.createPublicKey(key) });
  worker.postMessage({ name: 'secret', key: crypto.createSecretKey(Buffer.from('abc')) });
  worker.postMessage({ name: 'certificate', certificate: new crypto.X509Certificate(certificates.leaf) });
  crypto.subtle.importKey('raw', Buffer.alloc(16), 'AES-GCM', false, ['encrypt']).then((cryptoKey) => worker.postMessage({ name: 'last', cryptoKey }));
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(keys.ed25519);
  console.log(receiveMessageOnPort(port2).message.equals(keys.ed25519), structuredClone(keys.rsa).equals(keys.rsa));
  port1.close();
} else {
  parentPort.on('message', ({ name, key, publicKey, certificate, cryptoKey }) => {
    if (certificate !== undefined) parentPort.postMessage([name, certificate.subject, certificate.checkHost('www.example.org')]);
    else if (cryptoKey !== undefined) parentPort.postMessage([name, cryptoKey.algorithm.name, cryptoKey.extractable, cryptoKey.usages]);
    else parentPort.postMessage([name, key.type, key.type === 'secret' ? key.export().toString() : key.equals(keys[name]), publicKey?.type]);
    if (name === 'last') parentPort.close();
  });
}
