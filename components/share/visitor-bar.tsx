'use client';
import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { AncestryLink } from './ancestry-link.tsx';

/** Above somebody else's project until it is run: what it is, and the one click that starts it. */
export function VisitorBar(): ReactNode {
  const workspace = useWorkspace();
  const held = useSlice(workspace.project.store, (state) => state.held);
  const from = useSlice(workspace.project.store, (state) => state.from);
  const role = useSlice(workspace.access, (state) => state.role);
  if (!held || role === 'reader') return null;
  return (
    <div
      role="region"
      aria-label="Shared project"
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-raised px-3 py-1.5"
    >
      <p className="min-w-60 flex-1">
        <strong className="font-semibold">{role === 'visitor' ? 'Somebody shared this project.' : 'Your copy of a shared project.'}</strong>{' '}
        <span className="text-soft">
          {role === 'visitor' ? (
            'Read it, or edit a copy of your own. Nothing of it runs until you say so.'
          ) : (
            <>It comes {from === null ? 'from a link' : <AncestryLink from={from} />} and has not run in this browser yet.</>
          )}
        </span>
      </p>
      <Button look="primary" onClick={() => void workspace.run()}>
        <Play aria-hidden className="size-3.5" fill="currentColor" /> Run this project
      </Button>
    </div>
  );
}
