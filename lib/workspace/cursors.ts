/** Where the cursor was in each file of a project, so that a file opens there again after a reload. */
export interface Cursors {
  /** Offset in UTF-16 units, 0 when the file was never open. */
  of(path: string): number;
  set(path: string, offset: number): void;
}

const MOST = 100;

export function openCursors(projectId: string, storage: Pick<Storage, 'getItem' | 'setItem'>): Cursors {
  const key = `jampot-cursors-${projectId}`;
  const offsets = new Map<string, number>(read(storage.getItem(key)));
  return {
    of: (path) => offsets.get(path) ?? 0,
    set(path, offset) {
      // The newest last: the oldest are dropped.
      offsets.delete(path);
      offsets.set(path, offset);
      for (const oldest of offsets.keys()) {
        if (offsets.size <= MOST) break;
        offsets.delete(oldest);
      }
      try {
        storage.setItem(key, JSON.stringify([...offsets]));
      } catch (error) {
        // A full storage costs the place, nothing that was typed.
        console.warn('The cursor was not saved:', error);
      }
    },
  };
}

function read(text: string | null): [string, number][] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(value)) return [];
    return value.filter(
      (entry): entry is [string, number] =>
        Array.isArray(entry) && typeof entry[0] === 'string' && Number.isSafeInteger(entry[1]) && entry[1] >= 0,
    );
  } catch {
    return [];
  }
}
