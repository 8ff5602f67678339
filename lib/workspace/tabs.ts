import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Place } from '../errors/problem.ts';
import { linkDestination } from '../project/links.ts';
import { isWithin } from '../project/paths.ts';
import type { Project } from '../project/project.ts';

export interface TabsState {
  /** Paths of the open files, in the order of their tabs. */
  readonly open: readonly string[];
  readonly active: string | null;
  /** Where the editor should go in the active file; a new object each time, also for the same place. */
  readonly reveal: Place | null;
}

export interface Tabs {
  readonly store: StoreApi<TabsState>;
  /** With a position, also an empty one, the editor takes the focus. Of a link, the file that it leads to is opened, when there is one. */
  openFile(path: string, position?: Omit<Place, 'path'>): void;
  close(path: string): void;
  closeOthers(path: string): void;
  /** The tab beside the active one, to the right (1) or left (-1), around the ends. */
  step(direction: 1 | -1): void;
}

/** Open files. They follow the project: a removed file's tab closes, a moved one's moves. */
export function createTabs(project: Project, initial: { readonly open: readonly string[]; readonly active: string | null }): Tabs {
  const store = createStore<TabsState>(() => ({ ...initial, reveal: null }));

  const without = (gone: (path: string) => boolean): void =>
    store.setState((state) => {
      const open = state.open.filter((path) => !gone(path));
      if (open.length === state.open.length) return state;
      if (state.active === null || !gone(state.active)) return { ...state, open };
      // The neighbour that takes the closed tab's place.
      const index = state.open.indexOf(state.active);
      const right = state.open.slice(index + 1).find((path) => !gone(path));
      const left = state.open.slice(0, index).findLast((path) => !gone(path));
      return { ...state, open, active: right ?? left ?? null };
    });

  project.onChange((change) => {
    if (change.kind === 'remove') without((path) => isWithin(path, change.path));
    if (change.kind === 'rename') {
      const move = (path: string): string => (isWithin(path, change.from) ? change.to + path.slice(change.from.length) : path);
      store.setState((state) => ({ open: state.open.map(move), active: state.active === null ? null : move(state.active) }));
    }
  });

  return {
    store,
    openFile(given, position) {
      const { files, links } = project.store.getState();
      const destination = links.has(given) ? linkDestination(given, links) : null;
      const path = destination !== null && files.has(destination) ? destination : given;
      store.setState((state) => ({
        open: state.open.includes(path) ? state.open : insertAfter(state.open, state.active, path),
        active: path,
        reveal: position ? { path, ...position } : state.reveal,
      }));
    },
    close: (path) => without((candidate) => candidate === path),
    closeOthers(path) {
      store.setState({ open: [path], active: path });
    },
    step(direction) {
      store.setState((state) => {
        if (state.active === null || state.open.length < 2) return state;
        const index = (state.open.indexOf(state.active) + direction + state.open.length) % state.open.length;
        return { ...state, active: state.open[index] ?? state.active };
      });
    },
  };
}

function insertAfter(list: readonly string[], neighbour: string | null, value: string): string[] {
  const index = neighbour === null ? list.length : list.indexOf(neighbour) + 1;
  return [...list.slice(0, index), value, ...list.slice(index)];
}
