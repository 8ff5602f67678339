import { describe, expect, it } from 'vitest';
import { canFormat, formatText } from './format.ts';

describe('formatText', () => {
  it.each([
    ['a.js', 'const a={b:1}', 'const a = { b: 1 };\n'],
    ['a.ts', 'let a:string="x"', 'let a: string = "x";\n'],
    ['a.css', 'a{color:red}', 'a {\n  color: red;\n}\n'],
    ['a.html', '<p>x', '<p>x</p>\n'],
    ['a.json', '{"a":1}', '{ "a": 1 }\n'],
    ['a.md', '*  x', '- x\n'],
    ['a.yml', 'a:   1', 'a: 1\n'],
  ])('formats %s', async (path, text, formatted) => {
    expect(await formatText(path, text)).toBe(formatted);
  });
  it('follows the project’s .prettierrc', async () => {
    expect(await formatText('a.js', 'a("x");', '{"singleQuote":true,"semi":false}')).toBe("a('x')\n");
  });
  it('rejects a syntax error', async () => {
    await expect(formatText('a.js', 'const = 1')).rejects.toThrow(/1:7/);
  });
  it('knows what it cannot format', () => {
    expect(canFormat('a.njk')).toBe(false);
    expect(canFormat('a.md')).toBe(true);
  });
});
