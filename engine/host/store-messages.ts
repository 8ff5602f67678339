/** Between the kernel's worker and the one that keeps a project's files. */
import type { StoreProblem } from './project-store.ts';

/** The store's place among the file system's threads: behind those of processes (engine/system/layout.ts has 256). */
export const STORE_SLOT = 512;

export type KernelToStore =
  /** Fill the empty file system in this memory. */
  | { readonly type: 'open'; readonly files: SharedArrayBuffer }
  /** Write changes as they come. */
  | { readonly type: 'start' }
  /** Write what is left, and let another tab write. */
  | { readonly type: 'close' };

export type StoreToKernel =
  /** `problem`: why files are not kept. */
  | { readonly type: 'opened'; readonly problem: StoreProblem | null }
  | { readonly type: 'problem'; readonly problem: StoreProblem }
  | { readonly type: 'closed' };
