/** Entry point of a preview origin's service worker: every request of the origin, except for our own prefix, goes to the guest server. */
import { GIVE_PAGE_PORT, parseGivenLink } from '../protocol/preview-messages.ts';
import type { GatewayToPage } from '../protocol/preview-messages.ts';
import { answerFromGuest } from './answer.ts';
import { Documents } from './documents.ts';
import { Links } from './links.ts';
import { guestPortOf, previewPlace } from './preview-place.ts';
import type { ServiceWorkerScope } from './service-worker-scope.ts';
import { answerCurrent, answerStatus } from './status.ts';

const scope = self as unknown as ServiceWorkerScope;
const place = previewPlace(scope.location);
const links = new Links(scope);
const documents = new Documents();
const PREFIX = '/__jampot/';
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (port === undefined) return;
  const given = parseGivenLink(event.data);
  if (given !== null) links.add(port, given.lock);
  if (event.data === GIVE_PAGE_PORT) event.waitUntil(handOn(port));
});

async function handOn(port: MessagePort): Promise<void> {
  const link = await links.find(place.port);
  const tell = (message: GatewayToPage): void => port.postMessage(message);
  if (link === null) return tell({ type: 'ended' });
  tell({ type: 'engine', lock: link.lock });
  link.handOn(port);
}

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin === scope.location.origin && url.pathname.startsWith(PREFIX)) {
    if (url.pathname === `${PREFIX}status`) event.respondWith(answerStatus(links, place.port, url.searchParams.get('is')));
    if (url.pathname === `${PREFIX}current`) event.respondWith(answerCurrent(documents, event.clientId));
    return;
  }
  const port = guestPortOf(url, place, new Set());
  const context = { links, place, event, documents };
  if (port !== null) return event.respondWith(answerFromGuest(request, port, context));
  // On a loopback name it may be one of the guests or a program of the machine: only the engine knows.
  if (LOOPBACK.test(url.hostname)) {
    const answer = links.find(place.port).then((link) => {
      const guest = guestPortOf(url, place, link?.open ?? new Set());
      return guest === null ? fetch(request) : answerFromGuest(request, guest, context);
    });
    event.respondWith(answer);
  }
});
