/**
 * An ES module as a function that our module records run (module-record.ts).
 *
 * Outside of cycles, all imports are complete when a module starts. Then an import is a plain local variable, read once at the start, and
 * exporters tell importers when an exported variable is assigned later. So nothing but import and export statements, `await`, `import()` and
 * `import.meta` differs from the author's text, at the author's columns.
 *
 * In a cycle, functions of a module run before it starts and see imports that are not there yet. There the module is a generator: the first
 * `next()` hoists its functions and hands out export getters, the second evaluates; imports are read through properties, with their dead zones.
 */
import type { AnyNode, ExportDefaultDeclaration, ImportDeclaration, Literal, Program } from 'acorn';
import { Edits } from './edits.ts';
import {
  DEFAULT,
  DEFAULT_FUNCTION_NAME,
  FRAMES,
  IMPORT_CALL,
  IMPORTS,
  IMPORTS_SHORTHAND,
  KEEP,
  KEEP_ARGUMENT,
  ON_IMPORT,
  PUSH,
  READ_IMPORT,
  SAVED,
  SET_EXPORTS,
} from './generated-names.ts';
import { magicComments } from './magic-comments.ts';
import type { MagicComments } from './magic-comments.ts';
import { parseModule } from './parse.ts';
import type { WithPhase } from './parse.ts';
import { patternNames, rewrite } from './walk.ts';

/** module_wrap's kSourcePhase. */
export const SOURCE = 1;
/** module_wrap's kEvaluationPhase. */
export const EVALUATION = 2;

export interface ModuleRequest {
  readonly specifier: string;
  readonly attributes: readonly (readonly [key: string, value: string])[];
  /** `SOURCE` or `EVALUATION`. */
  readonly phase: number;
}

export interface ImportEntry {
  readonly request: number;
  /** Name in the other module; null for its namespace, or its source where the request is for that. */
  readonly name: string | null;
  readonly local: string;
  /** Offset and length of the name in the source, for error messages. */
  readonly offset: number;
  readonly length: number;
}

export interface LocalExport {
  readonly name: string;
  readonly local: string;
  /** Assigned somewhere after its declaration. */
  readonly assigned: boolean;
}

export interface IndirectExport {
  readonly name: string;
  readonly request: number;
  /** null: the other module's namespace. */
  readonly imported: string | null;
  readonly offset: number;
  readonly length: number;
}

/** Plain data: it is kept in the transform cache as JSON. */
export interface ModuleCode extends MagicComments {
  /** Text of the function expression. */
  readonly code: string;
  /** Characters before the source on its first line. */
  readonly prefix: number;
  readonly cyclic: boolean;
  readonly async: boolean;
  readonly requests: readonly ModuleRequest[];
  readonly imports: readonly ImportEntry[];
  readonly exports: readonly LocalExport[];
  readonly indirect: readonly IndirectExport[];
  /** Requests of `export * from`. */
  readonly stars: readonly number[];
  /** Index of an anonymous function declaration's default export, or -1: its `name` has to be made `default`. */
  readonly unnamedFunction: number;
}

export interface TransformedModule {
  readonly module: ModuleCode;
  readonly edits: Edits;
}

/** Parameters of the function in `ModuleCode.code`. */
export const MODULE_PARAMETERS = [
  FRAMES,
  KEEP,
  KEEP_ARGUMENT,
  IMPORT_CALL,
  'ª$meta',
  SET_EXPORTS,
  READ_IMPORT,
  ON_IMPORT,
  PUSH,
  IMPORTS,
  IMPORTS_SHORTHAND,
] as const;

export function transformModule(source: string, cyclic: boolean): TransformedModule {
  const program = parseModule(source);
  const edits = new Edits();
  if (source.startsWith('#!')) edits.replace(0, 2, '//');
  const statements = new ModuleStatements(source, program, edits);
  const { requests, imports, exports, indirect, stars } = statements;

  const mutable = new Map<string, number[]>();
  exports.forEach(({ local }, index) => {
    if (local === DEFAULT || statements.constants.has(local)) return;
    const indices = mutable.get(local);
    if (indices === undefined) mutable.set(local, [index]);
    else indices.push(index);
  });
  const walked = rewrite(program, edits, { imports: new Set(imports.map(({ local }) => local)), rewriteReads: cyclic, mutable });
  statements.finish();

  const getters = `${SET_EXPORTS}([${exports.map(({ local }) => `()=>${local}`).join(',')}]);`;
  const saved = walked.topLevelAwait ? `let ${SAVED}=${FRAMES};` : '';
  const keyword = `${walked.topLevelAwait ? 'async ' : ''}function${cyclic ? '*' : ''}`;
  const prefix = `(${keyword}(${MODULE_PARAMETERS.join(',')}){"use strict";${saved}${getters}${cyclic ? 'yield;' : readImports(imports)}`;
  const module: ModuleCode = {
    code: `${prefix}${edits.apply(source)}\n})`,
    prefix: prefix.length,
    cyclic,
    async: walked.topLevelAwait,
    requests,
    imports,
    exports: exports.map(({ name, local }) => ({ name, local, assigned: walked.assigned.has(local) })),
    indirect,
    stars,
    unnamedFunction: statements.unnamedFunction,
    ...magicComments(source),
  };
  return { module, edits };
}

function readImports(imports: readonly ImportEntry[]): string {
  if (imports.length === 0) return '';
  const variables = imports.map(({ local }, index) => `${local}=${READ_IMPORT}(${index})`);
  const updates = imports.flatMap(({ local, name }, index) => (name === null ? [] : `case ${index}:${local}=ª$v;break;`));
  const update = updates.length === 0 ? '' : `${ON_IMPORT}((ª$i,ª$v)=>{switch(ª$i){${updates.join('')}}});`;
  return `let ${variables.join(',')};${update}`;
}

/** Import and export statements: what they say, and the edits that take them out. */
class ModuleStatements {
  readonly requests: ModuleRequest[] = [];
  readonly imports: ImportEntry[] = [];
  readonly exports: { name: string; local: string }[] = [];
  readonly indirect: IndirectExport[] = [];
  readonly stars: number[] = [];
  readonly constants = new Set<string>();
  unnamedFunction = -1;

  readonly #source: string;
  readonly #edits: Edits;
  readonly #requestIndices = new Map<string, number>();
  readonly #importsByLocal = new Map<string, ImportEntry>();
  /** Edits that must come after those inside the default expression. */
  readonly #last: (() => void)[] = [];

  constructor(source: string, program: Program, edits: Edits) {
    this.#source = source;
    this.#edits = edits;
    for (const statement of program.body) this.#collect(statement);
    for (const statement of program.body) this.#export(statement);
  }

  finish(): void {
    for (const edit of this.#last) edit();
  }

  #request(source: Literal, attributes: ImportDeclaration['attributes'], phase = EVALUATION): number {
    const entries = attributes.map(({ key, value }): [string, string] => [
      key.type === 'Identifier' ? key.name : String(key.value),
      String(value.value),
    ]);
    entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    const specifier = String(source.value);
    const key = JSON.stringify([specifier, entries, phase]);
    const known = this.#requestIndices.get(key);
    if (known !== undefined) return known;
    this.#requestIndices.set(key, this.requests.length);
    return this.requests.push({ specifier, attributes: entries, phase }) - 1;
  }

  #collect(statement: AnyNode): void {
    switch (statement.type) {
      case 'ImportDeclaration': {
        const ofSource = (statement as WithPhase).phase === 'source';
        const request = this.#request(statement.source, statement.attributes, ofSource ? SOURCE : EVALUATION);
        for (const specifier of statement.specifiers) {
          const shown = specifier.type === 'ImportSpecifier' ? specifier.imported : specifier.local;
          const name =
            ofSource || specifier.type === 'ImportNamespaceSpecifier'
              ? null
              : specifier.type === 'ImportDefaultSpecifier'
                ? 'default'
                : exportedName(specifier.imported);
          const entry = { request, name, local: specifier.local.name, offset: shown.start, length: shown.end - shown.start };
          this.imports.push(entry);
          this.#importsByLocal.set(entry.local, entry);
        }
        this.#edits.blank(this.#source, statement.start, statement.end);
        return;
      }
      case 'ExportNamedDeclaration':
        if (statement.source !== null && statement.source !== undefined) this.#request(statement.source, statement.attributes);
        else if (statement.declaration?.type === 'VariableDeclaration') this.#collect(statement.declaration);
        return;
      case 'ExportAllDeclaration':
        this.#request(statement.source, statement.attributes);
        return;
      case 'VariableDeclaration':
        if (statement.kind === 'var' || statement.kind === 'let') return;
        for (const { id } of statement.declarations) for (const name of patternNames(id)) this.constants.add(name);
        return;
      default:
    }
  }

  #export(statement: AnyNode): void {
    switch (statement.type) {
      case 'ExportAllDeclaration': {
        const request = this.#request(statement.source, statement.attributes);
        if (statement.exported === null || statement.exported === undefined) this.stars.push(request);
        else
          this.indirect.push({
            name: exportedName(statement.exported),
            request,
            imported: null,
            offset: statement.exported.start,
            length: statement.exported.end - statement.exported.start,
          });
        this.#edits.blank(this.#source, statement.start, statement.end);
        return;
      }
      case 'ExportNamedDeclaration': {
        const { declaration } = statement;
        if (declaration !== null && declaration !== undefined) {
          const names =
            declaration.type === 'VariableDeclaration'
              ? declaration.declarations.flatMap(({ id }) => [...patternNames(id)])
              : [declaration.id.name];
          for (const name of names) this.exports.push({ name, local: name });
          this.#edits.blank(this.#source, statement.start, declaration.start);
          return;
        }
        const request =
          statement.source === null || statement.source === undefined ? -1 : this.#request(statement.source, statement.attributes);
        for (const specifier of statement.specifiers) {
          const name = exportedName(specifier.exported);
          const local = exportedName(specifier.local);
          const place = { offset: specifier.local.start, length: specifier.local.end - specifier.local.start };
          const imported = this.#importsByLocal.get(local);
          if (request !== -1) this.indirect.push({ name, request, imported: local, ...place });
          else if (imported !== undefined)
            this.indirect.push({
              name,
              request: imported.request,
              imported: imported.name,
              offset: imported.offset,
              length: imported.length,
            });
          else this.exports.push({ name, local });
        }
        this.#edits.blank(this.#source, statement.start, statement.end);
        return;
      }
      case 'ExportDefaultDeclaration':
        this.#exportDefault(statement);
        return;
      default:
    }
  }

  #exportDefault(statement: ExportDefaultDeclaration): void {
    const { declaration } = statement;
    const isFunction = declaration.type === 'FunctionDeclaration';
    const named = (isFunction || declaration.type === 'ClassDeclaration') && declaration.id !== null && declaration.id !== undefined;
    this.exports.push({ name: 'default', local: named ? (declaration.id as { name: string }).name : DEFAULT });
    if (named) {
      this.#edits.blank(this.#source, statement.start, declaration.start);
      return;
    }
    if (isFunction) {
      this.unnamedFunction = this.exports.length - 1;
      this.#edits.blank(this.#source, statement.start, declaration.start);
      // After `function` or `function*`: where the parameters begin.
      const head = FUNCTION_HEAD.exec(this.#source.slice(declaration.start, declaration.end));
      if (head === null) throw new Error('A function declaration without parameters');
      this.#edits.insert(declaration.start + head[0].length, DEFAULT_FUNCTION_NAME);
      return;
    }
    // An object literal gives an anonymous function or class the name `default`, as the language does here.
    const before = this.#source.slice(statement.start, declaration.start);
    this.#edits.replace(
      statement.start,
      declaration.start,
      `const {default:${DEFAULT}}={default:${before.replaceAll(/[^\n\r\u2028\u2029]/g, '')}`,
    );
    const end = this.#source[statement.end - 1] === ';' && statement.end > declaration.end ? statement.end - 1 : statement.end;
    this.#last.push(() => void this.#edits.insert(end, '};'));
  }
}

const FUNCTION_HEAD = /^(?:async(?:\s|\/\*[^]*?\*\/|\/\/.*)+)?function(?:(?:\s|\/\*[^]*?\*\/|\/\/.*)*\*)?/;

function exportedName(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === 'Identifier' ? String(node.name) : String(node.value);
}
