'use client';
import { CircleAlert } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Problem } from '../../lib/errors/problem.ts';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from './context.tsx';

/** What happened, why, what to do, with the button that does it and the details folded. */
export function ProblemCard({ problem }: { readonly problem: Problem }): ReactNode {
  const { tabs, layout } = useWorkspace();
  const [busy, setBusy] = useState(false);
  const { action, place, details } = problem;
  return (
    <article role="group" aria-label={problem.title} className="w-full max-w-xl rounded-lg border border-line bg-raised p-4 text-left">
      <h3 className="flex items-center gap-2 font-semibold">
        <CircleAlert aria-hidden className={`size-4 shrink-0 ${problem.calm === true ? 'text-soft' : 'text-red'}`} />
        {problem.title}
      </h3>
      <p className="mt-1.5 break-words">{problem.cause}</p>
      <p className="mt-0.5 break-words text-soft">{problem.remedy}</p>
      {action === undefined && place === undefined ? null : (
        <div className="mt-3 flex flex-wrap gap-2">
          {action === undefined ? null : (
            <Button
              look="outline"
              disabled={busy}
              onClick={() => {
                setBusy(true);
                void Promise.resolve(action.run()).finally(() => setBusy(false));
              }}
            >
              {action.label}
            </Button>
          )}
          {place === undefined ? null : (
            <Button
              look="outline"
              onClick={() => {
                const { path, ...position } = place;
                tabs.openFile(path, position);
                layout.set({ narrow: 'editor' });
              }}
            >
              Open {place.path}
              {place.line === undefined ? '' : `, line ${place.line}`}
            </Button>
          )}
        </div>
      )}
      {details === undefined || details === '' ? null : (
        <details className="mt-3">
          <summary className="w-fit rounded-sm text-soft hover:text-text">Details</summary>
          <pre
            // It scrolls, so the keyboard has to reach it.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            className="mt-2 max-h-56 overflow-auto rounded-md border border-line bg-app p-3 text-xs leading-5 whitespace-pre-wrap"
          >
            {details}
          </pre>
        </details>
      )}
    </article>
  );
}

export function ProblemList(): ReactNode {
  const { problems } = useWorkspace();
  const list = useSlice(problems.store, (state) => state.problems);
  if (list.length === 0) return <p className="px-4 py-3 text-soft">No problems. What goes wrong shows up here with what to do about it.</p>;
  return (
    <div className="flex flex-col gap-2 p-3">
      {list.map((problem) => (
        <ProblemCard key={problem.code} problem={problem} />
      ))}
    </div>
  );
}
