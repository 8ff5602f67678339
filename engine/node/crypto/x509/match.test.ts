import { describe, expect, it } from 'vitest';
import { der } from '../asn1/der.ts';
import type { Certificate } from './certificate.ts';
import { SUBJECT_ALT_NAME } from './certificate.ts';
import { matchEmail, matchHost, matchIp, parseIp } from './match.ts';

const text = (tag: number, value: string): Uint8Array => der(tag, new TextEncoder().encode(value));

/** A certificate of which only names count. */
function certificate(names: readonly Uint8Array[], commonName?: string): Certificate {
  const attribute = { oid: '2.5.4.3', text: commonName, whole: new Uint8Array(0) };
  const subject = { der: new Uint8Array(0), parts: commonName === undefined ? [] : [[attribute]] };
  const extensions = new Map(names.length === 0 ? [] : [[SUBJECT_ALT_NAME, { critical: false, value: der(0x30, ...names) }]]);
  return { subject, extensions } as unknown as Certificate;
}

const dns = (...names: readonly string[]): Certificate => certificate(names.map((name) => text(0x82, name)));

describe('matchHost', () => {
  it.each([
    ['example.org', 'example.org', 0, true],
    ['example.org', 'EXAMPLE.org', 0, true],
    ['*.example.org', 'www.example.org', 0, true],
    ['*.example.org', 'a.b.example.org', 0, false],
    ['*.example.org', 'a.b.example.org', 0x8, true],
    ['*.example.org', 'example.org', 0, false],
    ['*.example.org', 'www.example.org', 0x2, false],
    ['w*.example.org', 'www.example.org', 0, true],
    ['w*.example.org', 'www.example.org', 0x4, false],
    ['w*.example.org', 'xn--www.example.org', 0, false],
    ['*.org', 'example.org', 0, false],
    ['a.*.example.org', 'a.b.example.org', 0, false],
    ['www.example.org', '.example.org', 0, true],
    ['a.b.example.org', '.example.org', 0x10, false],
    ['example.org', '.example.org', 0, false],
  ])('%s for %s with flags %d: %s', (pattern, host, flags, fits) => {
    expect(matchHost(dns(pattern), host, flags) !== undefined).toBe(fits);
  });

  it('looks at the subject only where there are no names, or when told', () => {
    expect(matchHost(certificate([], 'example.org'), 'example.org', 0)).toBe('example.org');
    expect(matchHost(certificate([], 'example.org'), 'example.org', 0x20)).toBeUndefined();
    const both = certificate([text(0x82, 'other.org')], 'example.org');
    expect(matchHost(both, 'example.org', 0)).toBeUndefined();
    expect(matchHost(both, 'example.org', 0x1)).toBe('example.org');
  });
});

describe('matchEmail', () => {
  it('takes the local part as it is and the domain in any case', () => {
    const mailbox = certificate([text(0x81, 'someone@example.org')]);
    expect(matchEmail(mailbox, 'someone@EXAMPLE.org', 0)).toBeDefined();
    expect(matchEmail(mailbox, 'Someone@example.org', 0)).toBeUndefined();
  });
});

describe('parseIp', () => {
  it.each([
    ['1.2.3.4', '01020304'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::ff:1', '20010db800000000000000000000ff0001'.slice(0, 24) + '00ff0001'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('reads %s', (address, hex) => {
    expect(Buffer.from(parseIp(address) ?? []).toString('hex')).toBe(hex);
  });

  it.each(['', '1.2.3', '256.1.1.1', '1::2::3', '1:2:3:4:5:6:7:8:9', 'g::', '12345::'])('refuses %j', (address) => {
    expect(parseIp(address)).toBeUndefined();
  });

  it('is compared with the addresses of a certificate', () => {
    const local = certificate([der(0x87, Uint8Array.of(127, 0, 0, 1))]);
    expect(matchIp(local, Uint8Array.of(127, 0, 0, 1))).toBe(true);
    expect(matchIp(local, Uint8Array.of(127, 0, 0, 2))).toBe(false);
  });
});
