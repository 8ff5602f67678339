/** Serves shares of a folder over HTTP until it is killed, and says on which port: `node share-server.ts <folder>`. */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { DEFAULT_LIMITS } from '../../../share/manifest.ts';
import { RateLimiter } from '../../rate-limit.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { ShareStore } from '../share-store.ts';
import { ShareApi } from '../share-api.ts';

const store = new ShareStore({ storage: openStorage(process.argv[2] ?? ''), limits: DEFAULT_LIMITS, spared: 0 });
const unlimited = new RateLimiter({ burst: 1e9, perMinute: 1 });
const api = new ShareApi({ store, rates: { changes: unlimited, files: unlimited, reads: unlimited } });
// Collections run all the time, as they would after deletions.
const collect = (): void => void store.collect().then(() => setTimeout(collect, 20));
collect();

const server = createServer((incoming, outgoing) => {
  void (async () => {
    const { method = 'GET', url = '/', headers } = incoming;
    const hasBody = method === 'POST' || method === 'PUT';
    const request = new Request(`http://server${url}`, {
      method,
      headers: { authorization: headers.authorization ?? '' },
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
    } as RequestInit);
    const path = new URL(request.url).pathname
      .split('/')
      .slice(3)
      .filter((part) => part !== '');
    const response = await api.handle(request, path, '192.0.2.1');
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body !== null) for await (const chunk of response.body) outgoing.write(chunk);
    outgoing.end();
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
