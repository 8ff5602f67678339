import { describe, expect, it } from 'vitest';
import type { Command, Word } from './ast.ts';
import { isIncomplete, parse, parseLines } from './parser.ts';
import { ShellSyntaxError } from './syntax-error.ts';

function textOf(word: Word): string {
  return word.parts.map((part) => ('text' in part ? part.text : `<${part.type}>`)).join('');
}

/** A tree in short: what binds to what. */
function shape(command: Command): unknown {
  switch (command.type) {
    case 'simple':
      return [
        ...command.assignments.map(({ name }) => `${name}=`),
        ...command.words.map(textOf),
        ...command.redirects.map(({ fd, operator, target }) => `${fd}${operator}${textOf(target)}`),
      ].join(' ');
    case 'pipeline':
      return { pipe: command.commands.map(shape), ...(command.negated ? { negated: true } : {}) };
    case 'and-or':
      return [shape(command.left), command.operator, shape(command.right)];
    case 'function':
      return { [command.name]: shape(command.body) };
    case 'compound':
      return command.compound.type;
  }
}

function shapes(source: string): unknown[] {
  return parse(source).items.map(({ command, background }) => (background ? { background: shape(command) } : shape(command)));
}

describe('parse', () => {
  it('binds pipes before && and ||, and these before ; and &', () => {
    expect(shapes('a | b && c || d; e & f')).toEqual([[[{ pipe: ['a', 'b'] }, '&&', 'c'], '||', 'd'], { background: 'e' }, 'f']);
    expect(shapes('! a | b')).toEqual([{ pipe: ['a', 'b'], negated: true }]);
  });

  it('tells assignments, words and redirects apart', () => {
    expect(shapes('A=1 B=2 cmd C=3 2>err <in >> out')).toEqual(['A= B= cmd C=3 2>err 0<in 1>>out']);
    expect(shapes('echo a2>b')).toEqual(['echo a2 1>b']);
    expect(shapes('echo 2 >b')).toEqual(['echo 2 1>b']);
    expect(shapes('cmd 2>&1 &')).toEqual([{ background: 'cmd 2>&1' }]);
  });

  it('keeps quoting in the parts of a word', () => {
    const [item] = parse(`echo a'b c'"d $e"\\f$(g)`).items;
    const word = item?.command.type === 'simple' ? item.command.words[1] : undefined;
    expect(word?.parts.map(({ type }) => type)).toEqual(['literal', 'quoted', 'double', 'quoted', 'command']);
  });

  it('knows reserved words only where a command begins', () => {
    expect(shapes('if a; then b; fi; echo if then fi')).toEqual(['if', 'echo if then fi']);
    expect(shapes('for x in 1 2; do echo $x; done')).toEqual(['for']);
    expect(shapes('case $x in a|b) c;; (*) d;; esac')).toEqual(['case']);
    expect(shapes('(a; b) && { c; }')).toEqual([['subshell', '&&', 'group']]);
    expect(shapes('f() { a; }')).toEqual([{ f: 'group' }]);
  });

  it('reads here-documents after the line that they stand in', () => {
    const [first, second] = parse('cat <<A <<-B; echo after\none $x\nA\n\ttwo\n\tB\nnext').items;
    const redirects = first?.command.type === 'simple' ? first.command.redirects : [];
    const parts = redirects.flatMap(({ body }) =>
      body?.parts.map((part) => (part.type === 'double' ? part.parts : []).map((one) => ('text' in one ? one.text : one.type))),
    );
    expect(parts).toEqual([['one ', 'parameter', '\n'], ['two\n']]);
    expect(second === undefined ? null : shape(second.command)).toBe('echo after');
  });

  it('expands aliases where commands begin, and none within itself', () => {
    const aliases = new Map([
      ['ls', 'ls --color'],
      ['both', 'ls &&'],
    ]);
    expect(parse('ls a; echo ls; both ls', aliases).items.map(({ command }) => shape(command))).toEqual([
      'ls --color a',
      'echo ls',
      ['ls --color', '&&', 'ls --color'],
    ]);
  });

  it('says which token is wrong, and in which line', () => {
    expect(() => parse('a\nb )')).toThrow(ShellSyntaxError);
    try {
      parse('a\nb )');
    } catch (error) {
      expect(error).toMatchObject({ line: 2, message: expect.stringContaining('")" unexpected') });
    }
    for (const source of ['&& a', 'a | | b', 'if a; fi', 'for 1 in a; do b; done', '( )', 'a >'])
      expect(() => parse(source), source).toThrow(ShellSyntaxError);
  });
});

describe('parseLines', () => {
  it('comes to an error only after the lines before it', () => {
    const lines = parseLines('echo one\n)\n');
    expect(lines.next().done).toBe(false);
    expect(() => lines.next()).toThrow(ShellSyntaxError);
  });
});

describe('isIncomplete', () => {
  it('asks for more where quotes, here-documents and compound commands are open', () => {
    for (const source of ["echo 'a", 'echo "a', 'echo $(a', 'if a; then', 'for i in 1; do', '(a', 'a &&', 'a |', 'cat <<X\ntext', 'a \\'])
      expect(isIncomplete(source), source).toBe(true);
  });

  it('is content with whole commands, and with errors', () => {
    for (const source of ['echo a', 'cat <', 'echo a 2>&', 'if a; then b; fi', 'cat <<X\ntext\nX\n', 'a )', ''])
      expect(isIncomplete(source), source).toBe(false);
  });
});
