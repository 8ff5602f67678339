/** The browser's UTF-8 coders, taken before Node's library replaces the globals of that name. They refuse shared memory: hand them copies. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const encodeUtf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes.buffer instanceof SharedArrayBuffer ? bytes.slice() : bytes);
