/** The shell's syntax tree: plain data, so that a subshell can be handed over as JSON. */

export type WordPart =
  /** Unquoted text: subject to tilde, brace and pathname expansion. */
  | { readonly type: 'literal'; readonly text: string }
  /** Text in single quotes or after a backslash. */
  | { readonly type: 'quoted'; readonly text: string }
  | { readonly type: 'double'; readonly parts: readonly WordPart[] }
  | ParameterPart
  | { readonly type: 'command'; readonly body: List; readonly text: string }
  | { readonly type: 'arithmetic'; readonly expression: readonly WordPart[] };

export interface ParameterPart {
  readonly type: 'parameter';
  readonly name: string;
  /** `-`, `:-`, `=`, `:=`, `?`, `:?`, `+`, `:+`, `#`, `##`, `%`, `%%`, in bash mode also `/`, `//`, `:`; `length` for `${#name}`. */
  readonly operator?: string;
  readonly argument?: Word;
  /** The replacement of `/`, the length of `:`. */
  readonly second?: Word;
}

export interface Word {
  readonly parts: readonly WordPart[];
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  readonly append: boolean;
}

export interface Redirect {
  readonly fd: number;
  readonly operator: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<<';
  readonly target: Word;
  /** Content of a here-document; filled in when the lexer reaches its lines. */
  body?: Word;
}

export interface List {
  readonly type: 'list';
  readonly items: readonly { readonly command: Command; readonly background: boolean }[];
}

export interface Simple {
  readonly type: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly line: number;
  readonly text: string;
}

export interface Pipeline {
  readonly type: 'pipeline';
  readonly negated: boolean;
  readonly timed: boolean;
  readonly commands: readonly Command[];
  readonly text: string;
}

export interface AndOr {
  readonly type: 'and-or';
  readonly operator: '&&' | '||';
  readonly left: Command;
  readonly right: Command;
  readonly text: string;
}

export type CompoundBody =
  | { readonly type: 'subshell'; readonly body: List }
  | { readonly type: 'group'; readonly body: List }
  | { readonly type: 'if'; readonly clauses: readonly { readonly condition: List; readonly body: List }[]; readonly otherwise: List | null }
  | { readonly type: 'for'; readonly name: string; readonly words: readonly Word[] | null; readonly body: List }
  | { readonly type: 'while'; readonly until: boolean; readonly condition: List; readonly body: List }
  | { readonly type: 'case'; readonly subject: Word; readonly clauses: readonly CaseClause[] }
  | { readonly type: 'conditional'; readonly words: readonly Word[] };

export interface CaseClause {
  readonly patterns: readonly Word[];
  readonly body: List;
}

export interface Compound {
  readonly type: 'compound';
  readonly compound: CompoundBody;
  readonly redirects: readonly Redirect[];
  readonly text: string;
}

export interface FunctionDefinition {
  readonly type: 'function';
  readonly name: string;
  readonly body: Command;
  readonly text: string;
}

export type Command = Simple | Pipeline | AndOr | Compound | FunctionDefinition;
