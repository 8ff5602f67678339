/** One tab writes a project; others look on. */
export interface WriterLock {
  /** Whether this tab is the writer now. */
  held(): boolean;
  /** Asks the writer to save and let go, and becomes the writer. */
  takeOver(): void;
  dispose(): void;
}

export interface WriterLockOptions {
  /** This tab became the writer: at once, or after another tab closed or let go. `first` tells the two apart. */
  readonly onAcquired: (first: boolean) => void | Promise<void>;
  /** Another tab is the writer. */
  readonly onRefused: () => void;
  /** Another tab asked for the project: save everything; the lock goes when the promise settles. */
  readonly onRelease: () => Promise<void>;
}

/** Name of the Web Lock that a project's writer holds. */
export const writerLockName = (projectId: string): string => `jampot-writer-${projectId}`;

/** Built on Web Locks (a lock ends with its tab, also when the tab crashes) and a BroadcastChannel for the request to let go. */
export function requestWriterLock(projectId: string, options: WriterLockOptions): WriterLock {
  const name = writerLockName(projectId);
  const channel = new BroadcastChannel(name);
  const abort = new AbortController();
  let release: (() => void) | null = null;
  let disposed = false;

  const hold = (first: boolean): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      release = resolve;
      Promise.resolve(options.onAcquired(first)).catch(reject);
    });

  const queue = (): void => {
    navigator.locks
      .request(name, { signal: abort.signal }, () => hold(false))
      .catch((error: unknown) => {
        if (!disposed) throw error;
      });
  };

  void navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (disposed) return;
    if (lock !== null) return hold(true);
    options.onRefused();
    // Asked for outside of this callback, which would otherwise wait for itself.
    setTimeout(queue);
  });

  channel.onmessage = async (event: MessageEvent<unknown>) => {
    if (event.data !== 'let-go' || release === null) return;
    const letGo = release;
    try {
      await options.onRelease();
    } finally {
      release = null;
      letGo();
      options.onRefused();
      queue();
    }
  };

  return {
    held: () => release !== null,
    takeOver: () => channel.postMessage('let-go'),
    dispose() {
      disposed = true;
      release?.();
      release = null;
      abort.abort();
      channel.close();
    },
  };
}
