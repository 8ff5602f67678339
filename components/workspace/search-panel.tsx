'use client';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { countOf } from '../../lib/format.ts';
import { searchProject } from '../../lib/search/project-search.ts';
import { PanelHeader } from '../files/files-panel.tsx';
import { useSlice, useWorkspace } from './context.tsx';

/** Text search in all files of the project. */
export function SearchPanel(): ReactNode {
  const { project, tabs, layout } = useWorkspace();
  const files = useSlice(project.store, (state) => state.files);
  const [query, setQuery] = useState('');
  const deferred = useDeferredValue(query);
  const results = useMemo(() => searchProject(files, deferred), [files, deferred]);
  const total = results.reduce((sum, { hits }) => sum + hits.length, 0);
  return (
    <div className="flex h-full flex-col">
      <PanelHeader title="Search" />
      <div className="p-2">
        <input
          type="search"
          aria-label="Search in all files"
          placeholder="Search in all files"
          autoFocus
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          className="h-7 w-full rounded-md border border-line bg-surface px-2 placeholder:text-faint focus:border-focus focus:outline-none"
        />
        <p role="status" className="mt-1.5 px-1 text-xs text-soft">
          {deferred === ''
            ? 'Finds text in every file. Capital letters count when you type one.'
            : `${countOf(total, 'line')} in ${countOf(results.length, 'file')}`}
        </p>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        {results.map(({ path, hits }) => (
          <section key={path} aria-label={path}>
            <h3 className="truncate px-3 pt-2 pb-0.5 font-medium">{path}</h3>
            <ul>
              {hits.map((hit) => (
                <li key={hit.line}>
                  <button
                    type="button"
                    onClick={() => {
                      tabs.openFile(path, { line: hit.line, column: hit.column });
                      layout.set({ narrow: 'editor' });
                    }}
                    className="flex w-full gap-2 px-3 py-0.5 text-left hover:bg-hover"
                  >
                    <span className="w-6 shrink-0 text-right text-faint tabular-nums">{hit.line}</span>
                    <span className="min-w-0 truncate font-code text-xs leading-5 text-soft">
                      {hit.text.slice(0, hit.start)}
                      <mark className="rounded-xs bg-amber-wash font-semibold text-text">{hit.text.slice(hit.start, hit.end)}</mark>
                      {hit.text.slice(hit.end)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}
