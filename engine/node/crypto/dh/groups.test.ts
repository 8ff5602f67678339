import { getDiffieHellman } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GENERATOR, groupKeyBits, groupPrime, isKnownGroup } from './groups.ts';

describe('Diffie-Hellman groups', () => {
  it.each(['modp1', 'modp2', 'modp5', 'modp14', 'modp15', 'modp16', 'modp17', 'modp18'])('%s has native’s prime', (name) => {
    expect(groupPrime(name)?.toString(16)).toBe(getDiffieHellman(name).getPrime('hex'));
  });

  it('are known in any case of letters, others are not', () => {
    expect(groupPrime('MODP14')).toBe(groupPrime('modp14'));
    expect(groupPrime('modp3')).toBeUndefined();
    expect(groupPrime('toString')).toBeUndefined();
  });

  it('say how long private keys are', () => {
    const prime = groupPrime('modp14') ?? 0n;
    expect(groupKeyBits(prime, GENERATOR)).toBe(225);
    expect(groupKeyBits(prime, 5n)).toBeUndefined();
    expect(isKnownGroup(prime + 2n, GENERATOR)).toBe(false);
  });
});
