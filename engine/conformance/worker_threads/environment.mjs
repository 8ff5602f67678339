import { Worker, isMainThread, parentPort, setEnvironmentData, getEnvironmentData, resourceLimits } from 'node:worker_threads';
import { once } from 'node:events';
if (isMainThread) {
  process.env.CONFORMANCE = 'parent';
  setEnvironmentData('key', { value: 1 });
  for (const env of [undefined, { CONFORMANCE: 'own', OTHER: '5' }]) {
    const worker = new Worker(new URL(import.meta.url), { env, resourceLimits: { stackSizeMb: 2 } });
    console.log((await once(worker, 'message'))[0]);
    await once(worker, 'exit');
  }
  console.log(process.env.CONFORMANCE, process.env.FROM_WORKER);
  const data = new Worker(new URL('data:text/javascript,import { parentPort } from "node:worker_threads"; parentPort.postMessage(import.meta.url.slice(0, 20))'));
  console.log((await once(data, 'message'))[0]);
} else {
  process.env.FROM_WORKER = 'yes';
  parentPort.postMessage([process.env.CONFORMANCE, process.env.OTHER, Object.keys(process.env).includes('FROM_WORKER'), getEnvironmentData('key'), resourceLimits.stackSizeMb]);
}
