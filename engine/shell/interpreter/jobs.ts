import type { ExitStatus, System } from '../../system/types.ts';

export interface Job {
  readonly id: number;
  readonly pids: readonly number[];
  /** 0 when the job shares the shell's process group. */
  readonly processGroup: number;
  readonly text: string;
  readonly statuses: Map<number, ExitStatus>;
}

/** `$?` of an exit status. */
export function statusCode(status: ExitStatus): number {
  return status.signal > 0 ? 128 + status.signal : status.code;
}

/** Background jobs, numbered from 1 as people see them. */
export class Jobs {
  private readonly system: System;
  private readonly list: Job[] = [];

  constructor(system: System) {
    this.system = system;
  }

  add(pids: readonly number[], processGroup: number, text: string): Job {
    const id = Math.max(0, ...this.list.map((job) => job.id)) + 1;
    const job: Job = { id, pids, processGroup, text, statuses: new Map() };
    this.list.push(job);
    return job;
  }

  /** Takes the exit statuses that have arrived. */
  poll(): void {
    for (const job of this.list) {
      for (const pid of job.pids) {
        if (job.statuses.has(pid)) continue;
        const status = this.system.wait4(pid);
        if (status === null) continue;
        job.statuses.set(pid, typeof status === 'number' ? { pid, code: 127, signal: 0 } : status);
      }
    }
  }

  isDone(job: Job): boolean {
    return job.pids.every((pid) => job.statuses.has(pid));
  }

  all(): readonly Job[] {
    return this.list;
  }

  remove(job: Job): void {
    const index = this.list.indexOf(job);
    if (index >= 0) this.list.splice(index, 1);
  }

  current(): Job | undefined {
    return this.list.at(-1);
  }

  /** `%1`, `%%`, `%+`, `%-`, `%name` or a pid. */
  find(name: string): Job | undefined {
    if (/^\d+$/.test(name)) return this.list.find((job) => job.pids.includes(Number(name)));
    const rest = name.replace(/^%/, '');
    if (rest === '' || rest === '%' || rest === '+') return this.current();
    if (rest === '-') return this.list.at(-2) ?? this.current();
    if (/^\d+$/.test(rest)) return this.list.find((job) => job.id === Number(rest));
    return this.list.findLast((job) => job.text.startsWith(rest));
  }
}
