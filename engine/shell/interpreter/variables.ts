import { ShellError } from './control.ts';

export interface Variable {
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly: boolean;
}

/** Serialised form, for subshells. */
export type VariableEntry = readonly [name: string, value: string | null, exported: boolean, readonly: boolean];

/** The shell's variables with function-local scopes (dynamic, as `local` of dash and bash). */
export class Variables {
  private readonly table = new Map<string, Variable>();
  private readonly scopes: Map<string, Variable | undefined>[] = [];

  get(name: string): string | undefined {
    return this.table.get(name)?.value;
  }

  describe(name: string): Variable | undefined {
    return this.table.get(name);
  }

  set(name: string, value: string): void {
    const old = this.table.get(name);
    if (old?.readonly === true) throw new ShellError(`${name}: is read only`);
    this.table.set(name, { value, exported: old?.exported ?? this.exportAll, readonly: false });
  }

  /** `set -a`. */
  exportAll = false;

  unset(name: string): void {
    if (this.table.get(name)?.readonly === true) throw new ShellError(`unset: ${name}: is read only`);
    this.table.delete(name);
  }

  mark(name: string, attribute: 'exported' | 'readonly', on = true): void {
    const old = this.table.get(name) ?? { value: undefined, exported: false, readonly: false };
    this.table.set(name, { ...old, [attribute]: on });
  }

  pushScope(): void {
    this.scopes.push(new Map());
  }

  popScope(): void {
    for (const [name, variable] of this.scopes.pop() ?? []) this.restore(name, variable);
  }

  get inFunction(): boolean {
    return this.scopes.length > 0;
  }

  declareLocal(name: string): void {
    const scope = this.scopes.at(-1);
    if (scope !== undefined && !scope.has(name)) scope.set(name, this.table.get(name));
  }

  restore(name: string, variable: Variable | undefined): void {
    if (variable === undefined) this.table.delete(name);
    else this.table.set(name, variable);
  }

  names(): string[] {
    return [...this.table.keys()].sort();
  }

  /** `KEY=value` of everything exported. */
  environment(): string[] {
    const entries: string[] = [];
    for (const [name, variable] of this.table)
      if (variable.exported && variable.value !== undefined) entries.push(`${name}=${variable.value}`);
    return entries;
  }

  entries(): VariableEntry[] {
    return [...this.table].map(([name, v]) => [name, v.value ?? null, v.exported, v.readonly]);
  }

  load(entries: readonly VariableEntry[]): void {
    for (const [name, value, exported, readonly] of entries) this.table.set(name, { value: value ?? undefined, exported, readonly });
  }
}
