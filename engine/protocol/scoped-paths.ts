/** Paths of the API: relative to the working directory, also when they start with a slash, and never above it. */
export interface ScopedPaths {
  readonly workdir: string;
  absolute(path: string): string;
}

export function scopePaths(workdir: string): ScopedPaths {
  return {
    workdir,
    absolute(path) {
      // The working directory's own absolute name means itself.
      const inside = path === workdir || path.startsWith(`${workdir}/`) ? path.slice(workdir.length) : path;
      const parts: string[] = [];
      for (const part of inside.split('/')) {
        if (part === '..') parts.pop();
        else if (part !== '' && part !== '.') parts.push(part);
      }
      return parts.length === 0 ? workdir : `${workdir}/${parts.join('/')}`;
    },
  };
}
