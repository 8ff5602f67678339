import { testBinary, testUnary, isUnary, TestError } from '../command/test-expression.ts';
import { evaluate } from '../expansion/arithmetic.ts';
import { expandPattern, expandRegExp, expandString } from '../expansion/expand.ts';
import { patternToRegExp } from '../expansion/pattern.ts';
import type { Word } from '../language/ast.ts';
import { literalText } from '../language/lexer.ts';
import { extendedToJavaScript } from '../command/regular-expression.ts';
import { ShellError } from './control.ts';
import type { Shell } from './shell.ts';

const BINARY = new Set(['=', '==', '!=', '=~', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);
const ARITHMETIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

/** bash's `[[ … ]]`: no splitting, patterns on the right of `==`, `=~`, `&&`, `||`, `!`, parentheses. */
export function evaluateConditional(shell: Shell, words: readonly Word[]): number {
  let position = 0;
  const at = (offset = 0): string | undefined => {
    const word = words[position + offset];
    return word === undefined ? undefined : literalText(word);
  };
  const text = (word: Word | undefined): string => {
    if (word === undefined) throw new ShellError('[[: argument expected');
    return expandString(word, shell.host);
  };
  const or = (active: boolean): boolean => {
    let value = and(active);
    while (at() === '||') {
      position++;
      const right = and(active && !value);
      value = value || right;
    }
    return value;
  };
  const and = (active: boolean): boolean => {
    let value = primary(active);
    while (at() === '&&') {
      position++;
      const right = primary(active && value);
      value = value && right;
    }
    return value;
  };
  const primary = (active: boolean): boolean => {
    if (at() === '!') {
      position++;
      return !primary(active);
    }
    if (at() === '(') {
      position++;
      const value = or(active);
      if (at() !== ')') throw new ShellError('[[: expected )');
      position++;
      return value;
    }
    const operator = at(1);
    if (operator !== undefined && BINARY.has(operator) && words[position + 2] !== undefined) {
      const left = words[position];
      const right = words[position + 2];
      position += 3;
      return active && right !== undefined ? binary(text(left), operator, right) : false;
    }
    const unary = at();
    if (unary !== undefined && isUnary(unary) && words[position + 1] !== undefined) {
      position += 2;
      const operand = active ? text(words[position - 1]) : '';
      if (unary === '-v') return active && shell.getParameter(operand) !== undefined;
      return active && testUnary(shell.system, unary, operand);
    }
    position++;
    return active && text(words[position - 1]) !== '';
  };
  const binary = (left: string, operator: string, right: Word): boolean => {
    if (operator === '=' || operator === '==') return patternToRegExp(expandPattern(right, shell.host)).test(left);
    if (operator === '!=') return !patternToRegExp(expandPattern(right, shell.host)).test(left);
    if (operator === '=~') return new RegExp(extendedToJavaScript(expandRegExp(right, shell.host)), 'u').test(left);
    if (ARITHMETIC.has(operator)) {
      return testBinary(shell.system, String(evaluate(left, shell.host)), operator, String(evaluate(text(right), shell.host)));
    }
    return testBinary(shell.system, left, operator, text(right));
  };
  try {
    const value = or(true);
    if (position < words.length) throw new ShellError(`[[: ${at() ?? ''}: unexpected operator`);
    return value ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    throw new ShellError(`[[: ${error.message}`);
  }
}
