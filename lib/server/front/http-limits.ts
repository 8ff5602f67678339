/**
 * Bytes. A preview can set cookies for the base's whole domain. Browsers keep at most 180 cookies of 4 KiB for a site, so no request of theirs
 * is larger than this: none is refused before the server can answer it and expire them.
 */
export const MAX_HEADER_SIZE = 1024 * 1024;
/** Milliseconds for a whole request: the largest file of a deploy over the slowest line that clients put up with (lib/deploy/provider-client.ts). */
export const REQUEST_TIMEOUT = 90 * 60 * 1000;
