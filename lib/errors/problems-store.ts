import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from './problem.ts';

export interface ProblemsState {
  /** Newest last; one of a code. */
  readonly problems: readonly Problem[];
}

export interface ProblemsStore {
  readonly store: StoreApi<ProblemsState>;
  report(problem: Problem): void;
  /** Takes back the problem of this code, e.g. when the step it stopped has been started again. */
  resolve(code: string): void;
}

export function createProblemsStore(): ProblemsStore {
  const store = createStore<ProblemsState>(() => ({ problems: [] }));
  return {
    store,
    report(problem) {
      store.setState(({ problems }) => ({ problems: [...problems.filter(({ code }) => code !== problem.code), problem] }));
    },
    resolve(code) {
      store.setState((state) =>
        state.problems.some((problem) => problem.code === code)
          ? { problems: state.problems.filter((problem) => problem.code !== code) }
          : state,
      );
    },
  };
}
