/**
 * One pass over a syntax tree that rewrites what needs the host: `await`, `for await`, `yield*` (async context frame), `import()`, `import.meta`,
 * and module variables: writes to exported ones are told to importers; reads of imported ones become property reads in modules of a cycle.
 */
import type { AnyNode, Class, Function as FunctionNode, Pattern, Property } from 'acorn';
import type { Edits } from './edits.ts';
import {
  ARROW_CLOSE,
  ARROW_OPEN,
  AWAIT_AFTER,
  AWAIT_ARGUMENT,
  AWAIT_BEFORE,
  CONTEXT_THIS,
  DECLARE_SAVED,
  DELEGATE_AFTER,
  EVAL_AFTER,
  EVAL_BEFORE,
  HEAD_PUSH_CLOSE,
  headPush,
  IMPORT_CALL,
  IMPORT_META,
  IMPORTS,
  IMPORTS_SHORTHAND,
  ITERATE_AFTER,
  ITERATE_BEFORE,
  KEEP,
  LOOP_BODY_CLOSE,
  LOOP_BODY_OPEN,
  LOOP_CLOSE,
  LOOP_OPEN,
  NO_ARGUMENTS,
  pushAfter,
  RESTORE_IF_SUSPENDED,
  TESTED,
} from './generated-names.ts';
import { evaluatesHooks } from './needs-transform.ts';

export interface ModuleNames {
  /** Local names of imports. */
  readonly imports: ReadonlySet<string>;
  /** Whether reads of imports are rewritten (otherwise only assignments to them). */
  readonly rewriteReads: boolean;
  /** Exported variables that can be assigned: local name → indices of its exports. */
  readonly mutable: ReadonlyMap<string, readonly number[]>;
  /** Free names of which `typeof` is asked (scripts of vm contexts, where unknown names are looked up on a proxy). */
  readonly tested?: ReadonlySet<string>;
}

export interface WalkResult {
  /** An `await` outside every function. */
  readonly topLevelAwait: boolean;
  /** Local names of exports that are assigned somewhere after their declaration. */
  readonly assigned: ReadonlySet<string>;
}

interface Scope {
  readonly parent: Scope | undefined;
  readonly isFunction: boolean;
  declared: Set<string> | undefined;
}

interface FunctionState {
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  suspends: boolean;
}

interface Reference {
  readonly name: string;
  readonly scope: Scope;
  readonly rewrite: () => void;
}

interface AssignmentReference {
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly opened: number;
  readonly closed: number;
  /** Nothing stands between: the head of a loop did the assignment. */
  readonly inHead: boolean;
}

export function rewrite(program: AnyNode, edits: Edits, names: ModuleNames | undefined): WalkResult {
  return new Walker(edits, names).run(program);
}

class Walker {
  readonly #edits: Edits;
  readonly #names: ModuleNames | undefined;
  readonly #references: Reference[] = [];
  readonly #assignments: AssignmentReference[] = [];
  #scope: Scope = { parent: undefined, isFunction: true, declared: undefined };
  /** Inside a function that has `arguments` and `this` of its own. */
  #hasArguments = false;
  #function: FunctionState = { isAsync: true, isGenerator: false, suspends: false };

  constructor(edits: Edits, names: ModuleNames | undefined) {
    this.#edits = edits;
    this.#names = names;
  }

  run(program: AnyNode): WalkResult {
    this.#node(program);
    const assigned = new Set<string>();
    for (const reference of this.#references) {
      if (isModuleLevel(reference.scope, reference.name)) reference.rewrite();
    }
    const names = this.#names;
    for (const assignment of this.#assignments) {
      const exported = assignment.names.filter((name) => isModuleLevel(assignment.scope, name));
      if (names === undefined || exported.length === 0) continue;
      for (const name of exported) assigned.add(name);
      const indices = exported.flatMap((name) => names.mutable.get(name) ?? []);
      this.#edits.setText(assignment.opened, assignment.inHead ? headPush(indices) : `${KEEP}(`);
      this.#edits.setText(assignment.closed, assignment.inHead ? HEAD_PUSH_CLOSE : pushAfter(indices));
    }
    return { topLevelAwait: this.#function.suspends, assigned };
  }

  // -- scopes ------------------------------------------------------------------------------------

  #interesting(name: string): boolean {
    const names = this.#names;
    return names !== undefined && (names.imports.has(name) || names.mutable.has(name) || names.tested?.has(name) === true);
  }

  #isMutable(name: string): boolean {
    return this.#names?.mutable.has(name) === true;
  }

  #declare(name: string, inFunction: boolean): void {
    if (!this.#interesting(name)) return;
    let scope = this.#scope;
    while (inFunction && !scope.isFunction && scope.parent !== undefined) scope = scope.parent;
    // The module's own scope is what the names mean.
    if (scope.parent !== undefined) (scope.declared ??= new Set()).add(name);
  }

  #declarePattern(pattern: AnyNode | null | undefined, inFunction: boolean): void {
    if (this.#names === undefined) return;
    for (const name of patternNames(pattern)) this.#declare(name, inFunction);
  }

  #inScope(isFunction: boolean, body: () => void): void {
    const outer = this.#scope;
    this.#scope = { parent: outer, isFunction, declared: undefined };
    body();
    this.#scope = outer;
  }

  // -- nodes -------------------------------------------------------------------------------------

  #nodes(list: readonly (AnyNode | null)[]): void {
    for (const node of list) if (node !== null) this.#node(node);
  }

  #maybe(node: AnyNode | null | undefined): void {
    if (node !== null && node !== undefined) this.#node(node);
  }

  #node(node: AnyNode): void {
    switch (node.type) {
      case 'Identifier':
        this.#read(node.name, node.start, node.end, false);
        return;
      case 'ThisExpression':
        // Outside of functions it is what the script was called with.
        if (this.#names?.tested !== undefined && this.#hasArguments) {
          this.#edits.insert(node.start, `${CONTEXT_THIS}(`);
          this.#edits.insert(node.end, ')');
        }
        return;
      case 'Literal':
      case 'Super':
      case 'TemplateElement':
      case 'EmptyStatement':
      case 'DebuggerStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'PrivateIdentifier':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
      case 'ImportAttribute':
      case 'ExportSpecifier':
        return;
      case 'MetaProperty':
        if (node.meta.name === 'import') this.#edits.replace(node.start, node.end, IMPORT_META.padEnd(node.end - node.start));
        return;
      case 'ImportExpression':
        this.#edits.replace(node.start, node.start + 6, IMPORT_CALL);
        this.#node(node.source);
        this.#maybe(node.options);
        return;
      case 'Program':
      case 'ClassBody':
        this.#nodes(node.body);
        return;
      case 'BlockStatement':
        this.#inScope(false, () => this.#nodes(node.body));
        return;
      case 'StaticBlock':
        this.#functionScope({ isAsync: false, isGenerator: false, suspends: false }, () => this.#nodes(node.body));
        return;
      case 'ExpressionStatement':
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        this.#node(node.expression);
        return;
      case 'CallExpression': {
        this.#callee(node.callee);
        const [text] = node.arguments;
        const isEval =
          node.callee.type === 'Identifier' &&
          node.callee.name === 'eval' &&
          text !== undefined &&
          text.type !== 'SpreadElement' &&
          !isPlain(text);
        if (isEval) this.#edits.insert(text.start, EVAL_BEFORE);
        if (isEval) this.#node(text);
        if (isEval) this.#edits.insert(text.end, EVAL_AFTER);
        this.#nodes(isEval ? node.arguments.slice(1) : node.arguments);
        return;
      }
      case 'NewExpression':
        this.#callee(node.callee);
        this.#nodes(node.arguments);
        return;
      case 'TaggedTemplateExpression':
        this.#callee(node.tag);
        this.#node(node.quasi);
        return;
      case 'MemberExpression':
        this.#node(node.object);
        if (node.computed) this.#node(node.property);
        return;
      case 'ObjectExpression':
        for (const property of node.properties) this.#node(property);
        return;
      case 'Property':
        this.#property(node as Property);
        return;
      case 'ArrayExpression':
      case 'ArrayPattern':
        this.#nodes(node.elements);
        return;
      case 'ObjectPattern':
        for (const property of node.properties) this.#node(property as AnyNode);
        return;
      case 'TemplateLiteral':
        this.#nodes(node.expressions);
        return;
      case 'SequenceExpression':
        this.#nodes(node.expressions);
        return;
      case 'UnaryExpression':
        if (node.operator === 'typeof') this.#tested(node.argument);
        this.#node(node.argument);
        return;
      case 'SpreadElement':
      case 'RestElement':
        this.#node(node.argument);
        return;
      case 'ThrowStatement':
        this.#node(node.argument);
        return;
      case 'ReturnStatement':
        this.#maybe(node.argument);
        return;
      case 'BinaryExpression':
      case 'LogicalExpression':
        this.#node(node.left);
        this.#node(node.right);
        return;
      case 'AssignmentPattern':
        this.#node(node.left);
        this.#node(node.right);
        return;
      case 'AssignmentExpression':
        this.#assignment(node, node.left, () => {
          this.#target(node.left);
          this.#node(node.right);
        });
        return;
      case 'UpdateExpression':
        this.#assignment(node, node.argument, () => this.#target(node.argument));
        return;
      case 'ConditionalExpression':
        this.#node(node.test);
        this.#node(node.consequent);
        this.#node(node.alternate);
        return;
      case 'IfStatement':
        this.#node(node.test);
        this.#node(node.consequent);
        this.#maybe(node.alternate);
        return;
      case 'AwaitExpression':
        this.#await(node.start, node.end, node.argument);
        return;
      case 'YieldExpression':
        this.#yield(node.start, node.end, node.delegate, node.argument);
        return;
      case 'VariableDeclaration':
        if ((node.kind as string) === 'await using') this.#function.suspends = true;
        for (const declarator of node.declarations) {
          this.#declarePattern(declarator.id, node.kind === 'var');
          this.#target(declarator.id, true);
          this.#maybe(declarator.init);
        }
        return;
      case 'VariableDeclarator':
        return;
      case 'FunctionDeclaration':
        if (node.id !== null && node.id !== undefined) this.#declare(node.id.name, false);
        this.#functionNode(node as unknown as FunctionNode);
        return;
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#functionNode(node);
        return;
      case 'ClassDeclaration':
        if (node.id !== null && node.id !== undefined) this.#declare(node.id.name, false);
        this.#class(node as unknown as Class);
        return;
      case 'ClassExpression':
        this.#class(node);
        return;
      case 'MethodDefinition':
        if (node.computed) this.#node(node.key);
        this.#node(node.value);
        return;
      case 'PropertyDefinition':
        if (node.computed) this.#node(node.key);
        if (node.value !== null && node.value !== undefined) {
          const { value } = node;
          this.#functionScope({ isAsync: false, isGenerator: false, suspends: false }, () => this.#node(value));
        }
        return;
      case 'WithStatement':
        this.#node(node.object);
        this.#node(node.body);
        return;
      case 'LabeledStatement':
        this.#labeled(node, node.body);
        return;
      case 'SwitchStatement':
        this.#node(node.discriminant);
        this.#inScope(false, () => this.#nodes(node.cases));
        return;
      case 'SwitchCase':
        this.#maybe(node.test);
        this.#nodes(node.consequent);
        return;
      case 'TryStatement':
        this.#try(node.block, node.handler, node.finalizer);
        return;
      case 'CatchClause':
        return;
      case 'WhileStatement':
        this.#node(node.test);
        this.#node(node.body);
        return;
      case 'DoWhileStatement':
        this.#node(node.body);
        this.#node(node.test);
        return;
      case 'ForStatement':
        this.#inScope(false, () => {
          this.#maybe(node.init);
          this.#maybe(node.test);
          this.#maybe(node.update);
          this.#node(node.body);
        });
        return;
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#forIn(node, node.start, node.end);
        return;
      case 'ExportNamedDeclaration':
        this.#maybe(node.declaration);
        return;
      case 'ExportDefaultDeclaration':
        this.#node(node.declaration as AnyNode);
        return;
    }
  }

  #property(node: Property): void {
    if (node.computed) this.#node(node.key);
    if (!node.shorthand) return this.#node(node.value);
    // `{a}` and, in patterns, `{a = 1}`.
    const value = node.value as AnyNode;
    if (value.type === 'Identifier') this.#read(value.name, value.start, value.end, true);
    else if (value.type === 'AssignmentPattern') this.#node(value.right);
  }

  #tested(argument: AnyNode): void {
    const name = unparenthesised(argument);
    if (name.type !== 'Identifier' || !this.#names?.tested?.has(name.name)) return;
    this.#references.push({ name: name.name, scope: this.#scope, rewrite: () => void this.#edits.insert(name.start, `${TESTED}.`) });
  }

  #read(name: string, start: number, end: number, shorthand: boolean): void {
    if (name === 'arguments' && !this.#hasArguments && !shorthand && this.#names !== undefined && this.#names.tested === undefined)
      this.#edits.replace(start, end, NO_ARGUMENTS);
    if (this.#names?.rewriteReads) this.#throughImports(name, start, end, shorthand);
  }

  #throughImports(name: string, start: number, end: number, shorthand: boolean): void {
    if (!this.#names?.imports.has(name)) return;
    this.#references.push({
      name,
      scope: this.#scope,
      rewrite: () => {
        if (shorthand) this.#edits.insert(end, `:${IMPORTS_SHORTHAND}.${name}`);
        else this.#edits.replace(start, end, `${IMPORTS}.${name}`);
      },
    });
  }

  /** A call through a property would pass the import object as `this`. */
  #callee(node: AnyNode): void {
    if (node.type !== 'Identifier') return this.#node(node);
    const { name, start, end } = node;
    if (!this.#names?.rewriteReads || !this.#names.imports.has(name)) return;
    this.#references.push({ name, scope: this.#scope, rewrite: () => void this.#edits.replace(start, end, `(0,${IMPORTS}.${name})`) });
  }

  // -- assignments ----------------------------------------------------------------------------------

  #assignment(node: { start: number; end: number }, target: AnyNode, body: () => void): void {
    const written = this.#names === undefined ? [] : [...patternNames(target)].filter((name) => this.#isMutable(name));
    if (written.length === 0) return body();
    const opened = this.#edits.insert(node.start, '');
    body();
    this.#assignments.push({ names: written, scope: this.#scope, opened, closed: this.#edits.insert(node.end, ''), inHead: false });
  }

  /** A binding or assignment target: names in it are written, not read; defaults, keys and member objects are read. */
  #target(node: AnyNode, declares = false): void {
    switch (node.type) {
      case 'Identifier':
        // Imports are constants: through the property, the assignment fails as it should.
        if (!declares) this.#throughImports(node.name, node.start, node.end, false);
        return;
      case 'ParenthesizedExpression':
        return this.#target(node.expression, declares);
      case 'RestElement':
      case 'SpreadElement':
        return this.#target(node.argument, declares);
      case 'AssignmentPattern':
      case 'AssignmentExpression':
        this.#target(node.left, declares);
        this.#node(node.right);
        return;
      case 'ArrayPattern':
      case 'ArrayExpression':
        for (const element of node.elements) if (element !== null) this.#target(element, declares);
        return;
      case 'ObjectPattern':
      case 'ObjectExpression':
        for (const property of node.properties as AnyNode[]) {
          if (property.type !== 'Property') this.#target(property, declares);
          else if (property.shorthand && !declares) this.#shorthandTarget(property.value as AnyNode);
          else {
            if (property.computed) this.#node(property.key);
            this.#target(property.value as AnyNode, declares);
          }
        }
        return;
      default:
        this.#node(node);
    }
  }

  /** `a` or `a = 1` in `({a, a = 1} = x)`. */
  #shorthandTarget(value: AnyNode): void {
    const name = value.type === 'AssignmentPattern' || value.type === 'AssignmentExpression' ? (value.left as AnyNode) : value;
    if (name.type === 'Identifier') this.#throughImports(name.name, name.start, name.end, true);
    if (value.type === 'AssignmentPattern' || value.type === 'AssignmentExpression') this.#node(value.right);
  }

  // -- functions and classes ---------------------------------------------------------------------------

  #functionScope(state: FunctionState, body: () => void): void {
    const outer = this.#function;
    this.#function = state;
    this.#inScope(true, body);
    this.#function = outer;
  }

  #functionNode(node: FunctionNode): void {
    const state: FunctionState = { isAsync: node.async, isGenerator: node.generator, suspends: false };
    const outer = this.#hasArguments;
    this.#hasArguments ||= (node as { type: string }).type !== 'ArrowFunctionExpression';
    this.#functionScope(state, () => {
      const own = (node as { type: string }).type === 'FunctionExpression' ? node.id : undefined;
      if (own !== null && own !== undefined) this.#declare(own.name, true);
      for (const parameter of node.params) {
        this.#declarePattern(parameter as Pattern, true);
        this.#target(parameter as Pattern, true);
      }
      const body = node.body as AnyNode;
      if (body.type !== 'BlockStatement') {
        const opened = this.#edits.insert(body.start, '');
        this.#node(body);
        if (!state.suspends) return;
        this.#edits.setText(opened, ARROW_OPEN);
        this.#edits.insert(body.end, ARROW_CLOSE);
        return;
      }
      let start = body.start + 1;
      for (const statement of body.body) {
        if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break;
        start = statement.end;
      }
      const opened = this.#edits.insert(start, '');
      this.#nodes(body.body);
      if (state.suspends) this.#edits.setText(opened, DECLARE_SAVED);
    });
    this.#hasArguments = outer;
  }

  #class(node: Class): void {
    this.#inScope(false, () => {
      if (node.id !== null && node.id !== undefined) this.#declare(node.id.name, false);
      this.#maybe(node.superClass);
      this.#node(node.body);
    });
  }

  // -- suspension ------------------------------------------------------------------------------------

  #await(start: number, end: number, argument: AnyNode): void {
    this.#function.suspends = true;
    this.#edits.insert(start, AWAIT_BEFORE);
    this.#edits.insert(start + 5, AWAIT_ARGUMENT);
    this.#node(argument);
    this.#edits.insert(end, AWAIT_AFTER);
  }

  #yield(start: number, end: number, delegate: boolean, argument: AnyNode | null | undefined): void {
    if (argument === null || argument === undefined) return;
    if (!delegate || !this.#function.isAsync) return this.#node(argument);
    this.#function.suspends = true;
    this.#edits.insert(start, AWAIT_BEFORE);
    this.#edits.insert(argument.start, ITERATE_BEFORE);
    this.#node(argument);
    this.#edits.insert(end, ITERATE_AFTER);
    this.#edits.insert(end, DELEGATE_AFTER);
  }

  /** A block around a loop must be outside its labels. */
  #labeled(node: { start: number; end: number }, body: AnyNode): void {
    let inner = body;
    while (inner.type === 'LabeledStatement') inner = inner.body;
    if (inner.type === 'ForOfStatement' && inner.await) this.#forIn(inner, node.start, node.end);
    else this.#node(inner);
  }

  #forIn(node: Extract<AnyNode, { type: 'ForInStatement' | 'ForOfStatement' }>, start: number, end: number): void {
    const isAwait = node.type === 'ForOfStatement' && node.await;
    if (isAwait) {
      this.#function.suspends = true;
      this.#edits.insert(start, LOOP_OPEN);
    }
    this.#inScope(false, () => {
      const left = node.left as AnyNode;
      const written =
        left.type === 'VariableDeclaration' || this.#names === undefined
          ? []
          : [...patternNames(left)].filter((name) => this.#isMutable(name));
      if (left.type === 'VariableDeclaration') this.#node(left);
      else this.#target(left);
      if (isAwait) this.#edits.insert(node.right.start, ITERATE_BEFORE);
      this.#node(node.right);
      if (isAwait) {
        this.#edits.insert(node.right.end, ITERATE_AFTER);
        this.#edits.insert(node.body.start, LOOP_BODY_OPEN);
      }
      let pushed = -1;
      if (written.length > 0) {
        // The head assigns: the body begins by telling importers.
        pushed = this.#edits.insert(node.body.start, '');
      }
      this.#node(node.body);
      if (pushed !== -1)
        this.#assignments.push({
          names: written,
          scope: this.#scope,
          opened: pushed,
          closed: this.#edits.insert(node.body.end, ''),
          inHead: true,
        });
      if (isAwait) this.#edits.insert(node.body.end, LOOP_BODY_CLOSE);
    });
    if (isAwait) this.#edits.insert(end, LOOP_CLOSE);
  }

  #try(block: AnyNode, handler: { param?: Pattern | null; body: AnyNode } | null | undefined, finalizer: AnyNode | null | undefined): void {
    const outer = this.#function.suspends;
    this.#function.suspends = false;
    this.#node(block);
    const blockSuspends = this.#function.suspends;
    if (handler !== null && handler !== undefined) {
      this.#inScope(false, () => {
        if (handler.param !== null && handler.param !== undefined) {
          this.#declarePattern(handler.param, false);
          this.#target(handler.param, true);
        }
        if (blockSuspends) this.#edits.insert(handler.body.start + 1, RESTORE_IF_SUSPENDED);
        this.#node(handler.body);
      });
    }
    if (finalizer !== null && finalizer !== undefined) {
      if (this.#function.suspends) this.#edits.insert(finalizer.start + 1, RESTORE_IF_SUSPENDED);
      this.#node(finalizer);
    }
    this.#function.suspends ||= outer;
  }
}

/** A text that is evaluated as it is. */
const isPlain = (node: AnyNode): boolean => node.type === 'Literal' && !evaluatesHooks(String(node.value));

const unparenthesised = (node: AnyNode): AnyNode => (node.type === 'ParenthesizedExpression' ? unparenthesised(node.expression) : node);

function isModuleLevel(scope: Scope, name: string): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (at.declared?.has(name)) return false;
  return true;
}

/** Names that a binding or assignment pattern writes. */
export function* patternNames(pattern: AnyNode | null | undefined): Generator<string> {
  if (pattern === null || pattern === undefined) return;
  switch (pattern.type) {
    case 'Identifier':
      yield pattern.name;
      return;
    case 'ParenthesizedExpression':
      yield* patternNames(pattern.expression);
      return;
    case 'RestElement':
    case 'SpreadElement':
      yield* patternNames(pattern.argument);
      return;
    case 'AssignmentPattern':
    case 'AssignmentExpression':
      yield* patternNames(pattern.left);
      return;
    case 'ArrayPattern':
    case 'ArrayExpression':
      for (const element of pattern.elements) yield* patternNames(element);
      return;
    case 'ObjectPattern':
    case 'ObjectExpression':
      for (const property of pattern.properties as AnyNode[])
        yield* patternNames(property.type === 'Property' ? (property.value as AnyNode) : property);
      return;
    default:
  }
}
