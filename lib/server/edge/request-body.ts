import { badRequest, notJson, tooLarge } from './edge-problems.ts';
import { LONGEST_JSON } from './limits.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The bytes of a request as they come. */
export async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops early does not wait for the rest.
    reader.cancel().catch(() => {});
  }
}

export async function readBytes(request: Request, limit: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.length;
    if (size > limit) throw tooLarge(`${what} has more bytes`, limit);
    chunks.push(chunk);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The object in a request's body; an empty one when there is no body. A page of another origin cannot send this type without asking first. */
export async function readFields(request: Request): Promise<Fields> {
  const bytes = await readBytes(request, LONGEST_JSON, 'The request');
  if (bytes.length === 0) return {};
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) throw notJson(type);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badRequest('The body is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('The body is no JSON object.');
  return value as Fields;
}

/** A text field, cut to a length; null when it is missing, empty, or none. */
export function textField(fields: Fields, name: string, longest = 1000): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' && value !== '' ? value.slice(0, longest).toWellFormed() : null;
}
