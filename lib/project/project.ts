import { createStore, type StoreApi } from 'zustand/vanilla';
import { JampotError } from '../errors/problem.ts';
import { sameContent, type Content } from './content.ts';
import { ancestors, isWithin, requirePath } from './paths.ts';

/**
 * The truth about a project's files. The editor, the tree, persistence and the engine all read and change files here, and hear of each other's changes
 * through `onChange`.
 */
export interface ProjectState {
  readonly id: string;
  readonly name: string;
  readonly template: string | null;
  readonly files: ReadonlyMap<string, Content>;
  /** Paths of `files` and `expected`; a new set only when a file comes or goes, so that the tree does not change with every key. */
  readonly paths: ReadonlySet<string>;
  /** Every folder except the root, also empty ones. */
  readonly folders: ReadonlySet<string>;
  /** Paths that are known to exist while their content is still on its way (first paint of a template). */
  readonly expected: ReadonlySet<string>;
  /** Paths whose newest content is not in the browser's storage yet. */
  readonly unsaved: ReadonlySet<string>;
  readonly storage: 'saved' | 'saving' | 'failed';
  /** False while another tab is the writer of this project. */
  readonly writable: boolean;
}

/** Who made a change: nobody gets told of its own. */
export type Origin = 'user' | 'engine' | 'storage';

export type Change =
  | { readonly kind: 'write'; readonly path: string; readonly content: Content }
  | { readonly kind: 'mkdir'; readonly path: string }
  | ({ readonly kind: 'remove'; readonly path: string } & Affected)
  | ({ readonly kind: 'rename'; readonly from: string; readonly to: string } & Affected);

/** The files and folders that a removal or a move took from their places, by their old paths. */
interface Affected {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

export type ChangeListener = (change: Change, origin: Origin) => void;

export interface Project {
  readonly store: StoreApi<ProjectState>;
  /** Creates or replaces a file, with the folders above it. */
  write(path: string, content: Content, origin?: Origin): void;
  mkdir(path: string, origin?: Origin): void;
  /** Removes a file or a folder with all below it. */
  remove(path: string, origin?: Origin): void;
  /** Moves a file or folder. Throws `exists` when the target is there, `not-found` when the source is not. */
  rename(from: string, to: string, origin?: Origin): void;
  /** Fills in what was expected. A file that was changed in the meantime stays as it is. */
  load(files: Iterable<readonly [string, Content]>, folders?: Iterable<string>): void;
  onChange(listener: ChangeListener): () => void;
  /** Resolves once the content of every file is here. */
  whenComplete(): Promise<void>;
}

export interface NewProject {
  readonly id: string;
  readonly name: string;
  readonly template?: string | null;
  readonly files?: Iterable<readonly [string, Content]>;
  readonly folders?: Iterable<string>;
  readonly expected?: Iterable<string>;
  /** False when content will come by `load`; `whenComplete` waits for it. */
  readonly complete?: boolean;
}

export function createProject(initial: NewProject): Project {
  const files = new Map(initial.files);
  const folders = new Set(initial.folders);
  const expected = new Set(initial.expected);
  for (const path of [...files.keys(), ...folders, ...expected]) for (const folder of ancestors(path)) folders.add(folder);

  const store = createStore<ProjectState>(() => ({
    id: initial.id,
    name: initial.name,
    template: initial.template ?? null,
    files,
    paths: new Set([...files.keys(), ...expected]),
    folders,
    expected,
    unsaved: new Set(),
    storage: 'saved',
    writable: true,
  }));
  const listeners = new Set<ChangeListener>();
  let complete = initial.complete ?? true;
  let completed: () => void = () => {};
  const completion = complete ? Promise.resolve() : new Promise<void>((resolve) => (completed = resolve));

  const emit = (change: Change, origin: Origin): void => {
    for (const listener of listeners) listener(change, origin);
  };
  const requireWritable = (origin: Origin): void => {
    if (origin === 'user' && !store.getState().writable) {
      throw new JampotError('read-only', 'This project is open for writing in another tab.');
    }
  };

  return {
    store,
    write(input, content, origin = 'user') {
      requireWritable(origin);
      const path = requirePath(input);
      const state = store.getState();
      if (state.folders.has(path)) throw new JampotError('exists', `“${path}” is a folder.`);
      if (state.files.has(path) && sameContent(state.files.get(path), content)) return;
      const blocked = ancestors(path).find((folder) => state.files.has(folder));
      if (blocked !== undefined) throw new JampotError('exists', `“${blocked}” is a file.`);
      store.setState({
        files: new Map(state.files).set(path, content),
        paths: withAll(state.paths, [path]),
        folders: withAll(state.folders, ancestors(path)),
        expected: without(state.expected, path),
      });
      emit({ kind: 'write', path, content }, origin);
    },
    mkdir(input, origin = 'user') {
      requireWritable(origin);
      const path = requirePath(input);
      const state = store.getState();
      if (state.folders.has(path)) return;
      const blocked = [...ancestors(path), path].find((folder) => state.files.has(folder));
      if (blocked !== undefined) throw new JampotError('exists', `“${blocked}” is a file.`);
      store.setState({ folders: withAll(state.folders, [...ancestors(path), path]) });
      emit({ kind: 'mkdir', path }, origin);
    },
    remove(path, origin = 'user') {
      requireWritable(origin);
      const state = store.getState();
      const outside = (candidate: string): boolean => !isWithin(candidate, path);
      if (path === '' || (!state.files.has(path) && !state.folders.has(path) && !state.expected.has(path))) return;
      store.setState({
        files: new Map([...state.files].filter(([candidate]) => outside(candidate))),
        paths: new Set([...state.paths].filter(outside)),
        folders: new Set([...state.folders].filter(outside)),
        expected: new Set([...state.expected].filter(outside)),
      });
      emit({ kind: 'remove', path, ...affected(state, path) }, origin);
    },
    rename(from, target, origin = 'user') {
      requireWritable(origin);
      const to = requirePath(target);
      if (to === from) return;
      const state = store.getState();
      if (!state.files.has(from) && !state.folders.has(from)) throw new JampotError('not-found', `There is no “${from}”.`);
      if (state.files.has(to) || state.folders.has(to)) throw new JampotError('exists', `“${to}” exists already.`);
      if (isWithin(to, from)) throw new JampotError('bad-path', 'A folder cannot move into itself.');
      const blocked = ancestors(to).find((folder) => state.files.has(folder));
      if (blocked !== undefined) throw new JampotError('exists', `“${blocked}” is a file.`);
      const move = (path: string): string => (isWithin(path, from) ? to + path.slice(from.length) : path);
      store.setState({
        files: new Map([...state.files].map(([path, content]) => [move(path), content])),
        paths: new Set([...state.paths].map(move)),
        folders: withAll(new Set([...state.folders].map(move)), ancestors(to)),
        expected: new Set([...state.expected].map(move)),
      });
      emit({ kind: 'rename', from, to, ...affected(state, from) }, origin);
    },
    load(incoming, incomingFolders = []) {
      const state = store.getState();
      const merged = new Map(state.files);
      const nextFolders = new Set(state.folders);
      for (const folder of incomingFolders) {
        for (const name of [...ancestors(folder), folder]) nextFolders.add(name);
      }
      for (const [path, content] of incoming) {
        if (merged.has(path) || (!complete && state.expected.size > 0 && !state.expected.has(path))) continue;
        merged.set(path, content);
        for (const folder of ancestors(path)) nextFolders.add(folder);
      }
      store.setState({ files: merged, paths: new Set(merged.keys()), folders: nextFolders, expected: new Set() });
      complete = true;
      completed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    whenComplete: () => completion,
  };
}

function affected(state: ProjectState, path: string): Affected {
  return {
    files: [...state.files.keys(), ...state.expected].filter((candidate) => isWithin(candidate, path)),
    folders: [...state.folders].filter((candidate) => isWithin(candidate, path)),
  };
}

function withAll(set: ReadonlySet<string>, values: readonly string[]): ReadonlySet<string> {
  return values.every((value) => set.has(value)) ? set : new Set([...set, ...values]);
}

function without(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  if (!set.has(value)) return set;
  const copy = new Set(set);
  copy.delete(value);
  return copy;
}
