import { strerror } from '../errno.ts';
import { expandString } from '../expansion/expand.ts';
import type { Redirect } from '../language/ast.ts';
import { ShellError } from './control.ts';
import { openRedirect } from './redirect.ts';
import type { RedirectAction, ResolvedRedirect } from './redirect.ts';
import type { Shell } from './shell.ts';

/** `fds` of a child: child descriptor i is the shell's `map[i]`, -1 closed. */
export type DescriptorMap = number[];

/** The shell's own descriptors: redirecting them, and which of them commands inherit. */
export class Descriptors {
  private readonly shell: Shell;
  /** Descriptors from 3 up that commands inherit. */
  private readonly extra = new Set<number>();

  constructor(shell: Shell) {
    this.shell = shell;
    for (let fd = 3; fd < 10; fd++) if (typeof shell.system.kind(fd) === 'string') this.extra.add(fd);
  }

  private resolveRedirect(redirect: Redirect): ResolvedRedirect {
    const word = redirect.operator === '<<' ? (redirect.body ?? { parts: [] }) : redirect.target;
    const text = expandString(word, this.shell.host);
    return { fd: redirect.fd, operator: redirect.operator, target: redirect.operator === '<<<' ? `${text}\n` : text };
  }

  open(redirect: Redirect, current: (fd: number) => number): RedirectAction[] {
    return openRedirect(this.shell.system, this.resolveRedirect(redirect), current, {
      noclobber: this.shell.flags.has('C'),
      temporary: this.shell.variables.get('TMPDIR') ?? '/tmp',
    });
  }

  /** Runs a body of this shell with its own descriptors redirected, then puts them back. */
  redirected(redirects: readonly Redirect[], body: () => number): number {
    if (redirects.length === 0) return body();
    const saved: { fd: number; copy: number; extra: boolean }[] = [];
    try {
      this.apply(redirects, (fd) => saved.push({ fd, copy: this.shell.system.dup(fd, 10), extra: this.extra.has(fd) }));
      return body();
    } finally {
      for (const { fd, copy, extra } of saved.reverse()) {
        if (copy >= 0) {
          this.shell.system.dup2(copy, fd);
          this.shell.system.close(copy);
        } else this.shell.system.close(fd);
        if (fd > 2 && !extra) this.extra.delete(fd);
      }
    }
  }

  /** Redirects this process's own descriptors, for good (`exec >file`) unless `save` keeps copies. */
  apply(redirects: readonly Redirect[], save: (fd: number) => void = () => undefined): void {
    for (const redirect of redirects) {
      const actions = this.open(redirect, (fd) => fd);
      // The new descriptor may have been given the very number that is to be redirected.
      let high = -1;
      const first = actions.find((action) => action.opened);
      if (first !== undefined) {
        high = this.shell.system.dup(first.source, 10);
        this.shell.system.close(first.source);
        if (high < 0) throw new ShellError(`${redirect.fd}: ${strerror(high)}`);
      }
      for (const { fd, source } of actions) {
        save(fd);
        if (source < 0) {
          this.shell.system.close(fd);
          this.extra.delete(fd);
          continue;
        }
        this.shell.system.dup2(high >= 0 ? high : source, fd);
        if (fd > 2) this.extra.add(fd);
      }
      if (high >= 0) this.shell.system.close(high);
    }
  }

  /** The descriptors that a child inherits. */
  inherited(): DescriptorMap {
    const map: DescriptorMap = [];
    for (let fd = 0; fd <= Math.max(2, ...this.extra); fd++) {
      map.push((fd < 3 || this.extra.has(fd)) && typeof this.shell.system.kind(fd) === 'string' ? fd : -1);
    }
    return map;
  }
}
