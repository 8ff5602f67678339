/** What a thread can ask of the kernel through its mailbox. The kernel validates each (engine/kernel/requests.ts). */
import type { ExecRequest, HostEvent, SpawnRequest } from './types.ts';

export type KernelRequest =
  | { readonly op: 'spawn'; readonly request: SpawnRequest }
  | { readonly op: 'exec'; readonly request: ExecRequest }
  | { readonly op: 'exit'; readonly code: number }
  | { readonly op: 'kill'; readonly pid: number; readonly signal: number }
  | { readonly op: 'processes' }
  | { readonly op: 'terminal-mode'; readonly tty: number; readonly mode: 0 | 1 | 2 }
  | { readonly op: 'start-thread' }
  | { readonly op: 'stop-thread'; readonly slot: number }
  | { readonly op: 'notify'; readonly event: HostEvent };
