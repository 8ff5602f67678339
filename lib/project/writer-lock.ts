/** One tab writes a project; others look on. */
export interface WriterLock {
  /** Whether this tab is the writer now. */
  held(): boolean;
  /** Asks the writer to save and let go, and becomes the writer. */
  takeOver(): void;
  dispose(): void;
}

export interface WriterLockOptions {
  /** What a script that ran before the page's own got of `holdWriterLock`. */
  readonly early?: Promise<(() => void) | null> | undefined;
  /** This tab became the writer: at once, or after another tab closed or let go. `first` tells the two apart. */
  readonly onAcquired: (first: boolean) => void | Promise<void>;
  /** Another tab is the writer. */
  readonly onRefused: () => void;
  /** Another tab asked for the project: save everything; the lock goes when the promise settles. */
  readonly onRelease: () => Promise<void>;
}

/** Milliseconds. */
const ASK_AGAIN = 500;

const lockName = (projectId: string): string => `jampot-writer-${projectId}`;

/** Takes a project's writer lock when no tab has it; the function that frees it again, or null. */
export function holdWriterLock(projectId: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(projectId), { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

/** Built on Web Locks (a lock ends with its tab, also when the tab crashes) and a BroadcastChannel for the request to let go. */
export function requestWriterLock(projectId: string, options: WriterLockOptions): WriterLock {
  const name = lockName(projectId);
  const channel = new BroadcastChannel(name);
  const abort = new AbortController();
  let release: (() => void) | null = null;
  let disposed = false;

  /** Asks the writer to let go, again and again: its page may not be listening yet. */
  let asking: ReturnType<typeof setInterval> | undefined;
  const ask = (): void => channel.postMessage('let-go');

  const hold = (): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      clearInterval(asking);
      release = resolve;
      Promise.resolve(options.onAcquired(false)).catch(reject);
    });

  const queue = (): void => {
    navigator.locks.request(name, { signal: abort.signal }, hold).catch((error: unknown) => {
      if (!disposed) throw error;
    });
  };

  const begin = async (): Promise<void> => {
    // A script that ran before this one may hold the lock for this page.
    const held = (await options.early) ?? (await holdWriterLock(projectId));
    if (disposed) return held?.();
    if (held === null) {
      options.onRefused();
      queue();
      return;
    }
    release = held;
    await options.onAcquired(true);
  };
  void begin();

  channel.onmessage = async (event: MessageEvent<unknown>) => {
    if (event.data !== 'let-go' || release === null) return;
    const letGo = release;
    // Others who ask meanwhile are heard already.
    release = null;
    try {
      await options.onRelease();
    } finally {
      letGo();
      options.onRefused();
      queue();
    }
  };

  return {
    held: () => release !== null,
    takeOver() {
      ask();
      clearInterval(asking);
      asking = setInterval(ask, ASK_AGAIN);
    },
    dispose() {
      disposed = true;
      clearInterval(asking);
      release?.();
      release = null;
      abort.abort();
      channel.close();
    },
  };
}
