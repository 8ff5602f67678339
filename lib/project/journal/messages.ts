import type { JournalEntry } from './record.ts';

/** What a page tells the journal's worker: `open` first, `close` last. */
export type ToJournal =
  | { readonly type: 'open'; readonly projectId: string }
  /** Null: everything is stored. Answered with `written`. */
  | { readonly type: 'write'; readonly entry: JournalEntry | null }
  | { readonly type: 'close' };

export type FromJournal =
  /** `left`: what the last writer of the project could not store. */
  | { readonly type: 'opened'; readonly left: JournalEntry | null }
  | { readonly type: 'written' }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly message: string };
