/**
 * Where an error was thrown that the same script made before: the browser tells its making only. The text of the script tells the rest where there is one
 * possibility only.
 */
import type { AnyNode, TryStatement } from 'acorn';
import { offsetOf, positionOf } from './edits.ts';
import type { Position } from './edits.ts';
import { parseModule, parseScript } from './parse.ts';

type Throw = Extract<AnyNode, { type: 'ThrowStatement' }>;

/** Making an error is no throwing it. */
const MAKING = /^(?:new\s|(?:[A-Z]\w*)?Error\s*\()/;

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';
const isFunction = ({ type }: AnyNode): boolean => /Function/.test(type);
const holds = ({ start, end }: AnyNode, offset: number): boolean => start <= offset && offset < end;

function* children(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) yield* value.filter(isNode);
    else if (isNode(value)) yield value;
  }
}

/** `throw` statements in a node; without those of functions in it where `isOwn`. */
function* throwsIn(node: AnyNode, isOwn: boolean): Generator<Throw> {
  if (node.type === 'ThrowStatement') yield node;
  for (const child of children(node)) if (!isOwn || !isFunction(child)) yield* throwsIn(child, isOwn);
}

/** From the outermost node to the innermost around an offset. */
function pathTo(node: AnyNode, offset: number): AnyNode[] {
  for (const child of children(node)) if (holds(child, offset)) return [node, ...pathTo(child, offset)];
  return [node];
}

function parse(source: string): AnyNode | undefined {
  for (const attempt of [() => parseScript(source, true), () => parseModule(source)]) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

const only = <Item>(items: readonly Item[]): Item | undefined => (items.length === 1 ? items[0] : undefined);

/** The innermost `try` with a `catch` around the end of a path, of the same function. */
function catching(path: readonly AnyNode[], offset: number): TryStatement | undefined {
  const inFunction = path.slice(path.findLastIndex(isFunction) + 1);
  return inFunction.findLast(
    (node): node is TryStatement =>
      node.type === 'TryStatement' && node.handler !== null && node.handler !== undefined && holds(node.block, offset),
  );
}

/** The `throw` of an uncaught error that was made at `made`; undefined where it was thrown at once, or the text does not tell. */
export function throwPlace(source: string, made: Position): Position | undefined {
  const program = parse(source);
  if (program === undefined) return undefined;
  const offset = offsetOf(source, made);
  const path = pathTo(program, offset);
  if (path.some(({ type }) => type === 'ThrowStatement')) return undefined;
  const handler = catching(path, offset)?.handler?.body;
  // What is thrown in a `try` gets no further than its `catch`.
  const candidates = handler !== undefined ? [...throwsIn(handler, true)] : MAKING.test(source.slice(offset)) ? rethrows(program) : [];
  const found = only(candidates);
  return found === undefined ? undefined : positionOf(source, found.start);
}

/** Statements that throw what was made elsewhere. */
function rethrows(program: AnyNode): Throw[] {
  return [...throwsIn(program, false)].filter(({ argument }) => argument.type !== 'NewExpression' && argument.type !== 'Literal');
}
