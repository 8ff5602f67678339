/** Extensions of certificates by their identifiers (RFC 5280, 4.2), and times. */
import { DerError, type DerReader } from '../asn1/der.ts';

export const SUBJECT_ALT_NAME = '2.5.29.17';
export const BASIC_CONSTRAINTS = '2.5.29.19';
export const KEY_USAGE = '2.5.29.15';
export const EXTENDED_KEY_USAGE = '2.5.29.37';
export const SUBJECT_KEY_ID = '2.5.29.14';
export const AUTHORITY_KEY_ID = '2.5.29.35';
export const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';

const decoder = new TextDecoder('latin1');

/** UTCTime or GeneralizedTime. */
export function readTime(reader: DerReader): number {
  const { tag, content } = reader.read();
  const text = decoder.decode(content.slice());
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null || (tag !== 0x17 && tag !== 0x18)) throw new DerError('invalid object encoding');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const full = tag === 0x17 ? (year < 50 ? 2000 + year : 1900 + year) : year;
  return Date.UTC(full, month - 1, day, hour, minute, second);
}
