import { createStore, del, entries, set, update } from 'idb-keyval';

export interface RecentProject {
  readonly id: string;
  readonly name: string;
  readonly template: string | null;
  /** Milliseconds since the epoch. */
  readonly opened: number;
  readonly fileCount: number;
}

/** The projects of this browser, newest first, for the start page. */
export interface RecentProjects {
  list(): Promise<RecentProject[]>;
  touch(project: RecentProject): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  forget(id: string): Promise<void>;
}

export function openRecentProjects(): RecentProjects {
  const use = createStore('jampot', 'recent-projects');
  return {
    async list() {
      const all = (await entries<string, RecentProject>(use)).map(([, project]) => project);
      return all.sort((a, b) => b.opened - a.opened);
    },
    touch: (project) => set(project.id, project, use),
    rename: (id, name) => update<RecentProject>(id, (old) => ({ id, template: null, opened: Date.now(), fileCount: 0, ...old, name }), use),
    forget: (id) => del(id, use),
  };
}
