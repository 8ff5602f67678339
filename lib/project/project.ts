import { createStore, type StoreApi } from 'zustand/vanilla';
import { JampotError } from '../errors/problem.ts';
import { sameContent, type Content } from './content.ts';
import { linkProblems } from './links.ts';
import { ancestors, isWithin, requirePath } from './paths.ts';
import { guessExecutables, type Ancestry, type ProjectFiles } from './project-files.ts';

/**
 * The truth about a project's files. The editor, the tree, persistence and the engine all read and change files here, and hear of each other's changes
 * through `onChange`.
 */
export interface ProjectState extends ProjectFiles {
  readonly id: string;
  readonly name: string;
  readonly template: string | null;
  /** The version of a share that it was made from. */
  readonly from: Ancestry | null;
  /** Somebody else's project that the user has not run yet. */
  readonly held: boolean;
  /** Paths of `files`, `links` and `expected`; a new set only when one comes or goes, so that the tree does not change with every key. */
  readonly paths: ReadonlySet<string>;
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
  /** A symlink came, or points elsewhere now. */
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'mode'; readonly path: string; readonly executable: boolean }
  | ({ readonly kind: 'remove'; readonly path: string } & Affected)
  | ({ readonly kind: 'rename'; readonly from: string; readonly to: string } & Affected);

/** The files (links too) and folders that a removal or a move took from their places, by their old paths. */
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
  /** Creates a symlink or gives it another target, with the folders above it. Throws `bad-link` when one would lead outside. */
  link(path: string, target: string, origin?: Origin): void;
  /** Changes whether a file may be executed. Throws `not-found` when it is not there. */
  setExecutable(path: string, executable: boolean, origin?: Origin): void;
  /** Removes a file, a link or a folder with all below it. */
  remove(path: string, origin?: Origin): void;
  /** Moves a file or folder. Throws `exists` when the target is there, `not-found` when the source is not. */
  rename(from: string, to: string, origin?: Origin): void;
  /** Fills in what was expected. A file that was changed in the meantime stays as it is. */
  load(
    files: Iterable<readonly [string, Content]>,
    rest?: {
      readonly folders?: Iterable<string>;
      readonly links?: Iterable<readonly [string, string]>;
      readonly executables?: Iterable<string>;
    },
  ): void;
  onChange(listener: ChangeListener): () => void;
  /** Resolves once the content of every file is here. */
  whenComplete(): Promise<void>;
}

export interface NewProject {
  readonly id: string;
  readonly name: string;
  readonly template?: string | null;
  readonly from?: Ancestry | null;
  readonly files?: Iterable<readonly [string, Content]>;
  readonly folders?: Iterable<string>;
  readonly links?: Iterable<readonly [string, string]>;
  /** Default: as `guessExecutables`. */
  readonly executables?: Iterable<string>;
  readonly expected?: Iterable<string>;
  /** False when content will come by `load`; `whenComplete` waits for it. */
  readonly complete?: boolean;
  /** Default: `saved`. */
  readonly storage?: ProjectState['storage'];
}

export function createProject(initial: NewProject): Project {
  const files = new Map(initial.files);
  const folders = new Set(initial.folders);
  const links = new Map(initial.links);
  const expected = new Set(initial.expected);
  for (const path of [...files.keys(), ...links.keys(), ...folders, ...expected]) for (const folder of ancestors(path)) folders.add(folder);

  const store = createStore<ProjectState>(() => ({
    id: initial.id,
    name: initial.name,
    template: initial.template ?? null,
    from: initial.from ?? null,
    held: false,
    files,
    paths: new Set([...files.keys(), ...links.keys(), ...expected]),
    folders,
    links,
    executables: new Set(initial.executables ?? guessExecutables(files)),
    expected,
    unsaved: new Set(),
    storage: initial.storage ?? 'saved',
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
      if (state.links.has(path)) throw new JampotError('exists', `“${path}” is a link.`);
      if (state.files.has(path) && sameContent(state.files.get(path), content)) return;
      requireFolders(state, ancestors(path));
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
      requireFolders(state, [...ancestors(path), path]);
      store.setState({ folders: withAll(state.folders, [...ancestors(path), path]) });
      emit({ kind: 'mkdir', path }, origin);
    },
    link(input, target, origin = 'user') {
      requireWritable(origin);
      const path = requirePath(input);
      const state = store.getState();
      if (state.links.get(path) === target) return;
      if (state.folders.has(path)) throw new JampotError('exists', `“${path}” is a folder.`);
      if (state.files.has(path)) throw new JampotError('exists', `“${path}” is a file.`);
      requireFolders(state, ancestors(path));
      const links = new Map(state.links).set(path, target);
      // The new one may open a way out for one that was there.
      const [problem] = linkProblems(links);
      if (problem !== undefined) throw new JampotError('bad-link', `“${problem[0]}”: ${problem[1]}`);
      store.setState({ links, paths: withAll(state.paths, [path]), folders: withAll(state.folders, ancestors(path)) });
      emit({ kind: 'link', path, target }, origin);
    },
    setExecutable(path, executable, origin = 'user') {
      requireWritable(origin);
      const state = store.getState();
      if (!state.files.has(path)) throw new JampotError('not-found', `There is no file “${path}”.`);
      if (state.executables.has(path) === executable) return;
      store.setState({ executables: executable ? withAll(state.executables, [path]) : without(state.executables, path) });
      emit({ kind: 'mode', path, executable }, origin);
    },
    remove(path, origin = 'user') {
      requireWritable(origin);
      const state = store.getState();
      const outside = (candidate: string): boolean => !isWithin(candidate, path);
      if (path === '' || (!state.paths.has(path) && !state.folders.has(path))) return;
      store.setState({
        files: new Map([...state.files].filter(([candidate]) => outside(candidate))),
        links: new Map([...state.links].filter(([candidate]) => outside(candidate))),
        executables: new Set([...state.executables].filter(outside)),
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
      const isThere = (path: string): boolean => state.files.has(path) || state.links.has(path) || state.folders.has(path);
      if (!isThere(from)) throw new JampotError('not-found', `There is no “${from}”.`);
      if (isThere(to)) throw new JampotError('exists', `“${to}” exists already.`);
      if (isWithin(to, from)) throw new JampotError('bad-path', 'A folder cannot move into itself.');
      requireFolders(state, ancestors(to));
      const move = (path: string): string => (isWithin(path, from) ? to + path.slice(from.length) : path);
      const links = new Map([...state.links].map(([path, target]) => [move(path), target]));
      // A link keeps its target where it goes, as on a disk: from elsewhere it may lead outside.
      const [problem] = linkProblems(links);
      if (problem !== undefined) throw new JampotError('bad-link', `“${problem[0]}”: ${problem[1]}`);
      store.setState({
        files: new Map([...state.files].map(([path, content]) => [move(path), content])),
        links,
        executables: new Set([...state.executables].map(move)),
        paths: new Set([...state.paths].map(move)),
        folders: withAll(new Set([...state.folders].map(move)), ancestors(to)),
        expected: new Set([...state.expected].map(move)),
      });
      emit({ kind: 'rename', from, to, ...affected(state, from) }, origin);
    },
    load(incoming, rest = {}) {
      const state = store.getState();
      const merged = new Map(state.files);
      const nextFolders = new Set(state.folders);
      const links = new Map(state.links);
      for (const folder of rest.folders ?? []) {
        for (const name of [...ancestors(folder), folder]) nextFolders.add(name);
      }
      for (const [path, content] of incoming) {
        if (merged.has(path) || (!complete && state.expected.size > 0 && !state.expected.has(path))) continue;
        merged.set(path, content);
        for (const folder of ancestors(path)) nextFolders.add(folder);
      }
      for (const [path, target] of rest.links ?? []) {
        if (merged.has(path)) continue;
        links.set(path, target);
        for (const folder of ancestors(path)) nextFolders.add(folder);
      }
      store.setState({
        files: merged,
        links,
        executables: new Set([...state.executables, ...(rest.executables ?? guessExecutables(merged))]),
        paths: new Set([...merged.keys(), ...links.keys()]),
        folders: nextFolders,
        expected: new Set(),
      });
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

/** @throws {JampotError} `exists` when a path that must be a folder is something else */
function requireFolders(state: ProjectState, folders: readonly string[]): void {
  for (const folder of folders) {
    if (state.files.has(folder)) throw new JampotError('exists', `“${folder}” is a file.`);
    if (state.links.has(folder)) throw new JampotError('exists', `“${folder}” is a link.`);
  }
}

function affected(state: ProjectState, path: string): Affected {
  return {
    files: [...state.paths].filter((candidate) => isWithin(candidate, path)),
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
