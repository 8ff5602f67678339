import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { once } from 'node:events';
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  console.log(await once(worker, 'message'));
  worker.postMessage('end');
  console.log(await once(worker, 'exit'));
  for (const bad of ['relative.js', 5, new URL('http://example.com/a.js')]) {
    try { new Worker(bad); } catch (error) { console.log(error.name, error.code); }
  }
} else {
  parentPort.postMessage(await Promise.resolve('top-level await'));
  parentPort.once('message', () => {});
}
