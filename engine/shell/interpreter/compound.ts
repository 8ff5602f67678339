import { expandPattern, expandString, expandWords } from '../expansion/expand.ts';
import { patternToRegExp } from '../expansion/pattern.ts';
import type { CompoundBody } from '../language/ast.ts';
import { evaluateConditional } from './conditional.ts';
import { Break, Continue } from './control.ts';
import type { Shell } from './shell.ts';

/** Runs a compound command in the shell itself; a subshell's process runs its body so, too. */
export function runBody(shell: Shell, body: CompoundBody): number {
  switch (body.type) {
    case 'group':
    case 'subshell':
      return shell.runList(body.body);
    case 'if':
      for (const clause of body.clauses)
        if (shell.condition(() => shell.runList(clause.condition)) === 0) return shell.runList(clause.body);
      return body.otherwise === null ? 0 : shell.runList(body.otherwise);
    case 'for': {
      const values = body.words === null ? shell.positional : expandWords(body.words, shell.host);
      let status = 0;
      for (const value of values) {
        shell.variables.set(body.name, value);
        const result = iterate(shell, () => shell.runList(body.body));
        status = result.status ?? status;
        if (result.stop) break;
      }
      return status;
    }
    case 'while': {
      let status = 0;
      for (;;) {
        let ended = false;
        const result = iterate(shell, () => {
          if ((shell.condition(() => shell.runList(body.condition)) === 0) === body.until) {
            ended = true;
            return status;
          }
          return shell.runList(body.body);
        });
        status = result.status ?? 0;
        if (ended || result.stop) return status;
      }
    }
    case 'case': {
      const subject = expandString(body.subject, shell.host);
      for (const clause of body.clauses) {
        for (const pattern of clause.patterns) {
          if (patternToRegExp(expandPattern(pattern, shell.host)).test(subject)) return shell.runList(clause.body);
        }
      }
      return 0;
    }
    case 'conditional':
      return evaluateConditional(shell, body.words);
  }
}

/** One round of a loop: `break` and `continue` end here. */
function iterate(shell: Shell, body: () => number): { readonly status: number | undefined; readonly stop: boolean } {
  shell.loopDepth++;
  try {
    return { status: body(), stop: false };
  } catch (error) {
    if (!(error instanceof Break || error instanceof Continue)) throw error;
    shell.lastStatus = 0;
    if (error.levels > 1 && shell.loopDepth > 1) {
      error.levels--;
      throw error;
    }
    return { status: 0, stop: error instanceof Break };
  } finally {
    shell.loopDepth--;
  }
}
