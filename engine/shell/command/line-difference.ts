/** `leftCount` lines from `left` (counted from 0) are replaced by `rightCount` lines from `right`. */
export interface Hunk {
  readonly left: number;
  readonly leftCount: number;
  readonly right: number;
  readonly rightCount: number;
}

/** Shortest edit script between two lists of lines (Myers, "An O(ND) Difference Algorithm", 1986), as changed places in order. */
export function compareLines(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const [n, m] = [aEnd - start, bEnd - start];
  if (n === 0 && m === 0) return [];
  const limit = n + m;
  const furthest = new Int32Array(2 * limit + 2);
  const trace: Int32Array[] = [];
  search: for (let d = 0; d <= limit; d++) {
    trace.push(furthest.slice(limit - d, limit + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest[limit + k - 1] ?? 0) < (furthest[limit + k + 1] ?? 0));
      let x = down ? (furthest[limit + k + 1] ?? 0) : (furthest[limit + k - 1] ?? 0) + 1;
      while (x < n && x - k < m && a[start + x] === b[start + x - k]) x++;
      furthest[limit + k] = x;
      if (x >= n && x - k >= m) break search;
    }
  }
  const hunks: Hunk[] = [];
  let [x, y] = [n, m];
  const add = (left: number, leftCount: number, right: number, rightCount: number): void => {
    const next = hunks[0];
    if (next !== undefined && left + leftCount === next.left && right + rightCount === next.right) {
      hunks[0] = { left, leftCount: leftCount + next.leftCount, right, rightCount: rightCount + next.rightCount };
    } else hunks.unshift({ left, leftCount, right, rightCount });
  };
  for (let d = trace.length - 1; d > 0; d--) {
    const before = trace[d];
    if (before === undefined) break;
    // Step d's record holds the diagonals from -d to d + 1 as step d - 1 left them.
    const at = (k: number): number => before[k + d] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const previous = down ? k + 1 : k - 1;
    const px = at(previous);
    const py = px - previous;
    if (down) add(start + px, 0, start + py, 1);
    else add(start + px, 1, start + py, 0);
    [x, y] = [px, py];
  }
  return hunks;
}
