/** What our own pages ask the service worker: whether the guest can be reached. */
import type { Documents } from './documents.ts';
import { GuestError, type Links } from './links.ts';

export type PreviewStatus = 'open' | 'closed' | 'gone';

/** How long an answer is held back while nothing changes, in milliseconds: below the time after which browsers stop a worker's event. */
const LONGEST_WAIT = 20_000;

export async function previewStatus(links: Links, port: number): Promise<PreviewStatus> {
  const link = await links.find(port);
  if (link === null) return 'gone';
  return link.open.has(port) ? 'open' : 'closed';
}

/** Answers when the status is another than `known`, or after a while. */
export async function answerStatus(links: Links, port: number, known: string | null): Promise<Response> {
  const until = AbortSignal.timeout(LONGEST_WAIT);
  let status = await previewStatus(links, port);
  while (status === known && !until.aborted) {
    await links.changed(until);
    status = await previewStatus(links, port);
  }
  return Response.json({ status }, { headers: { 'Cache-Control': 'no-store' } });
}

/** Whether a page shows what the guest's server has: `{ current: true | false | null }`, null when that cannot be told. */
export async function answerCurrent(documents: Documents, page: string): Promise<Response> {
  let current: boolean | null;
  try {
    current = await documents.isCurrent(page);
  } catch (error) {
    // A server that is not there any more has no newer document.
    if (!(error instanceof GuestError)) throw error;
    current = null;
  }
  return Response.json({ current }, { headers: { 'Cache-Control': 'no-store' } });
}
