import { describe, expect, it } from 'vitest';
import { dimToColor } from './dim-to-color.ts';

const sgr = (codes: string): string => `\u001b[${codes}m`;
const rewritten = (...pieces: readonly string[]): string => {
  const rewrite = dimToColor();
  return pieces.map(rewrite).join('');
};

describe('dimToColor', () => {
  it.each([
    ['dim text gets the faint colour', '2|a|0|b', '90|a|0|b'],
    ['and loses it with the dimming', '2|a|22|b', '90|a|22;39|b'],
    ['dim text of a colour keeps it', '31;2|a|22|b', '31|a|22|b'],
    ['whichever comes first', '2;31|a|39|b|22|c', '90;31|a|39;90|b|22;39|c'],
    ['dimming twice is dimming once', '2|a|2|b', '90|a||b'],
    ['other attributes stay', '1;2;4|a', '1;90;4|a'],
    ['a reset ends it, also without a number', '2|a||b|31|c', '90|a|m|b|31|c'],
    ['parts of colours are no codes', '38;5;2|a|48;2;2;2;22|b|58;5;2|c|2|d', '38;5;2|a|48;2;2;2;22|b|58;5;2|c||d'],
    ['nor are those with colons', '38:2::2:22:2|a|4:2|b|2|c', '38:2::2:22:2|a|4:2|b||c'],
    ['a background is no colour of text', '44;2|a|100|b', '44;90|a|100|b'],
    ['a colour that is cut short takes what is there', '38|a|2|b', '38|a||b'],
  ])('%s', (_, given, expected) => {
    // Odd parts are codes, even ones text; `m` stands for a sequence without codes.
    const build = (parts: string, isGiven: boolean): string =>
      parts
        .split('|')
        .map((part, index) => (index % 2 === 1 ? part : part === 'm' || (part === '' && isGiven) ? sgr('') : part === '' ? '' : sgr(part)))
        .join('');
    expect(rewritten(build(given, true))).toBe(build(expected, false));
  });

  it('leaves everything else as it is', () => {
    for (const text of ['plain 2m [2m', '\u001b[2J\u001b[>4;2m\u001b[?25l\u001b]0;title\u0007', `${sgr('1')}x${sgr('38;2;1;2;3')}y`])
      expect(rewritten(text)).toBe(text);
  });

  it('forgets with the terminal’s own resets', () => {
    expect(rewritten(`${sgr('2')}a\u001bcb${sgr('39')}c`)).toBe(`${sgr('90')}a\u001bcb${sgr('39')}c`);
    expect(rewritten(`${sgr('2')}a\u001b[!pb${sgr('39')}c`)).toBe(`${sgr('90')}a\u001b[!pb${sgr('39')}c`);
  });

  it('reads sequences that come in pieces', () => {
    const whole = `a${sgr('2')}b${sgr('22')}c${sgr('38;5;2')}d${sgr('2')}e`;
    for (let cut = 0; cut <= whole.length; cut += 1) expect(rewritten(whole.slice(0, cut), whole.slice(cut))).toBe(rewritten(whole));
    expect(rewritten(...whole)).toBe(rewritten(whole));
    expect(rewritten('\u001b', '[A')).toBe('\u001b[A');
  });
});
