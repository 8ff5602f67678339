import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Documents, type AskAgain } from './documents.ts';

/** Answers with these texts, one after the other; the last again and again. */
function answers(texts: readonly string[], { status = 200, encoded = false } = {}): AskAgain {
  let at = 0;
  return () => {
    const text = texts[Math.min(at++, texts.length - 1)] ?? '';
    const bytes: Uint8Array<ArrayBuffer> = new Uint8Array(encoded ? gzipSync(text) : Buffer.from(text));
    return Promise.resolve({
      head: {
        type: 'head',
        id: 1,
        status,
        reason: '',
        headers: encoded ? [['Content-Encoding', 'gzip']] : [],
        hasBody: true,
        page: { script: { source: '', type: null, defer: false, async: false }, forwardErrors: false, cookies: '' },
      },
      body: new Blob([bytes]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>,
      ended: Promise.resolve(),
    });
  };
}

const show = (documents: Documents, page: string, text: string, askAgain: AskAgain): Promise<string> =>
  new Response(new Blob([text]).stream().pipeThrough(documents.remember(page, askAgain))).text();

describe('Documents', () => {
  it.each([
    ['the same document', ['new'], true],
    ['another one', ['newer'], false],
    ['another one at every look', ['a', 'b'], null],
  ])('tells of %s', async (_name, texts, current) => {
    const documents = new Documents();
    expect(await show(documents, 'p', 'new', answers(texts))).toBe('new');
    expect(await documents.isCurrent('p')).toBe(current);
  });

  it('compares what encodings carry', async () => {
    const documents = new Documents();
    await show(documents, 'p', 'text', answers(['text'], { encoded: true }));
    expect(await documents.isCurrent('p')).toBe(true);
  });

  it('knows nothing of other pages, of pages that are not whole, of large ones and of errors', async () => {
    const documents = new Documents();
    expect(await documents.isCurrent('p')).toBeNull();
    documents.remember('cut', answers(['x']));
    expect(await documents.isCurrent('cut')).toBeNull();
    await show(documents, 'large', 'x'.repeat(4_194_305), answers(['x']));
    expect(await documents.isCurrent('large')).toBeNull();
    await show(documents, 'error', 'x', answers(['y'], { status: 500 }));
    expect(await documents.isCurrent('error')).toBeNull();
  });

  it('forgets the oldest of many pages', async () => {
    const documents = new Documents();
    for (let page = 0; page <= 32; page++) await show(documents, String(page), 'x', answers(['x']));
    expect(await documents.isCurrent('0')).toBeNull();
    expect(await documents.isCurrent('1')).toBe(true);
    expect(await documents.isCurrent('32')).toBe(true);
  });
});
