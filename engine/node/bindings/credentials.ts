/** `internalBinding('credentials')` (src/node_credentials.cc): one user, root, as in a container. */
import type { CreateBinding } from '../environment.ts';

const known = (id: unknown): boolean => id === 0 || id === 'root';

export const create: CreateBinding = (environment) => {
  const set = (id: unknown): number => {
    if (known(id)) return 0;
    if (typeof id === 'string') return 1;
    throw environment.uvException(-1, 'setuid');
  };
  return {
    implementsPosixCredentials: true,
    safeGetenv: (name: string) => environment.start.env.get(name),
    getTempDir: () => {
      const { env } = environment.start;
      return (env.get('TMPDIR') || env.get('TMP') || env.get('TEMP') || '/tmp').replace(/(?<=.)\/$/, '');
    },
    getuid: () => 0,
    geteuid: () => 0,
    getgid: () => 0,
    getegid: () => 0,
    getgroups: () => [0],
    // The group is looked up first; a number needs no name, and may be any that the user may take.
    initgroups: (user: unknown, group: unknown) => {
      if (typeof group === 'string' && !known(group)) return 2;
      return typeof user === 'string' && !known(user) ? 1 : 0;
    },
    setgroups: (groups: unknown[]) => groups.findIndex((group) => typeof group === 'string' && !known(group)) + 1,
    setegid: set,
    seteuid: set,
    setgid: set,
    setuid: set,
  };
};
