import { describe, expect, it } from 'vitest';
import { ArithmeticError, evaluate } from './arithmetic.ts';

function calculate(text: string, values: Record<string, string> = {}): bigint {
  return evaluate(text, { get: (name) => values[name], set: (name, value) => void (values[name] = value) });
}

describe('evaluate', () => {
  it("follows C's precedence and associativity", () => {
    expect(calculate('1 + 2 * 3')).toBe(7n);
    expect(calculate('(1 + 2) * 3')).toBe(9n);
    expect(calculate('10 - 4 - 3')).toBe(3n);
    expect(calculate('1 << 2 + 1')).toBe(8n);
    expect(calculate('1 | 6 & 3 ^ 1')).toBe(3n);
    expect(calculate('-7 / 2')).toBe(-3n);
    expect(calculate('-7 % 3')).toBe(-1n);
    expect(calculate('2 ** 3 ** 2')).toBe(512n);
    expect(calculate('1 ? 2 : 0 ? 3 : 4')).toBe(2n);
    expect(calculate('!0 + ~0')).toBe(0n);
  });

  it('reads decimal, octal and hexadecimal numbers', () => {
    expect(calculate('10 + 010 + 0x10')).toBe(34n);
    expect(() => calculate('08')).toThrow(ArithmeticError);
  });

  it('wraps at 64 bits', () => {
    expect(calculate('9223372036854775807 + 1')).toBe(-9223372036854775808n);
  });

  it('reads and writes variables; what is unset counts 0', () => {
    const values: Record<string, string> = { a: '5', b: 'a' };
    expect(calculate('a + missing + b', values)).toBe(10n);
    expect(calculate('c = a *= 2, c += 1, c++ + --a', values)).toBe(20n);
    expect(values).toEqual({ a: '9', b: 'a', c: '12' });
  });

  it('leaves alone what short-circuits', () => {
    const values: Record<string, string> = {};
    expect(calculate('0 && (x = 1 / 0)', values)).toBe(0n);
    expect(calculate('1 || (x = 1)', values)).toBe(1n);
    expect(calculate('1 ? 2 : (x = 3)', values)).toBe(2n);
    expect(values).toEqual({});
  });

  it('refuses what is no expression', () => {
    for (const text of ['1 +', '1 2', '(1', '1 / 0', '2 ** -1', '1 ? 2', '@']) expect(() => calculate(text)).toThrow(ArithmeticError);
    expect(() => calculate('a', { a: 'x y' })).toThrow('Illegal number: x y');
    expect(calculate('  ')).toBe(0n);
  });
});
