/** Puts markup at the top of an HTML document while it streams through. */
import { concatenated } from './http/request-bytes.ts';

/** In this many bytes browsers look for a `<meta charset>`. */
const PRESCAN = 1024;
/** More is not held back to find the place. */
const LONGEST_WAIT = 16_384;

/**
 * @param markup ASCII
 * @param isCharsetKnown whether Content-Type names a charset. Otherwise a `<meta charset>` of the document goes first, since the markup may push it out of the part in
 *   which browsers look for it.
 */
export function injectIntoHtml(markup: string, isCharsetKnown: boolean): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let held: Uint8Array<ArrayBuffer> | null = new Uint8Array();
  return new TransformStream({
    transform(chunk, controller) {
      if (held === null) return controller.enqueue(chunk);
      held = concatenated(held, chunk);
      const result = place(held, markup, isCharsetKnown, false);
      if (result === null) return;
      held = null;
      controller.enqueue(result);
    },
    flush(controller) {
      const result = held === null ? null : place(held, markup, isCharsetKnown, true);
      if (result !== null) controller.enqueue(result);
    },
  });
}

/** The bytes with the markup in them; null when more is needed to tell where it goes. */
function place(bytes: Uint8Array<ArrayBuffer>, markup: string, isCharsetKnown: boolean, isAll: boolean): Uint8Array<ArrayBuffer> | null {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  // Rare, and ASCII in it would be garbage: such pages stay as they are.
  if (isUtf16) return bytes;
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = latin1(bytes.subarray(0, LONGEST_WAIT));
  const isEnough = isAll || bytes.length >= LONGEST_WAIT;
  const at = insertionPoint(text, hasMark ? 3 : 0, isEnough);
  if (at < 0) return null;
  let first = '';
  if (!isCharsetKnown && !hasMark) {
    const charset = charsetOf(text.slice(0, PRESCAN));
    if (charset === null && bytes.length < PRESCAN && !isAll && !/<body[\s>]|<\/head/i.test(text)) return null;
    if (charset !== null) first = `<meta charset="${charset}">`;
  }
  return concatenated(
    bytes.subarray(0, at),
    Uint8Array.from(first + markup, (character) => character.charCodeAt(0)),
    bytes.subarray(at),
  );
}

/** Where `<head>` begins to have content: after white space, comments, doctype, `<html>` and `<head>`. -1: not known yet. */
function insertionPoint(text: string, start: number, isEnough: boolean): number {
  const skipped = /(?:\s+|<!--.*?-->|<!doctype[^>]*>|<html(?:\s[^>]*)?>|<head(?:\s[^>]*)?>)/isy;
  let at = start;
  for (;;) {
    skipped.lastIndex = at;
    const match = skipped.exec(text);
    if (match === null) break;
    at = skipped.lastIndex;
    if (/^<head/i.test(match[0])) return at;
  }
  const rest = text.slice(at, at + 10).toLowerCase();
  const mayGoOn =
    rest === '' ||
    ['<!--', '<!doctype', '<html', '<head'].some((word) => (rest.length <= word.length ? word.startsWith(rest) : continues(rest, word)));
  return mayGoOn && !isEnough ? -1 : at;
}

/** Whether text begins with a tag that has not ended yet, and not with one whose name only begins alike. */
function continues(text: string, word: string): boolean {
  return text.startsWith(word) && (word.startsWith('<!') || /[\s>]/.test(text[word.length] ?? ''));
}

function charsetOf(text: string): string | null {
  const plain = text.replace(/<!--.*?-->/gs, '');
  const match = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)[^>]*>/i.exec(plain);
  return match?.[1] ?? null;
}

function latin1(bytes: Uint8Array): string {
  let result = '';
  for (let at = 0; at < bytes.length; at += 4096) result += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return result;
}
