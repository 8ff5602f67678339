'use client';
import { CloudUpload, ExternalLink, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PastDeploy } from '../../lib/deploy/adapter.ts';
import { changesInWords } from '../../lib/deploy/history.ts';
import { countOf, formatAgo, formatBytes } from '../../lib/format.ts';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { isRunning } from './deploy-words.ts';

/** What was deployed before, newest first, with the way back to it. */
export function PastDeploys(): ReactNode {
  const { deployer } = useWorkspace();
  const deploys = useSlice(deployer.store, (state) => state.deploys);
  const listed = useSlice(deployer.store, (state) => state.listed);
  const busy = useSlice(deployer.store, (state) => state.busy);
  const running = useSlice(deployer.store, ({ run }) => isRunning(run));
  const locked = useSlice(deployer.store, ({ site }) => site?.locked === true);
  if (deploys === null || deploys.length === 0) return null;
  return (
    <section aria-label="Past deploys">
      <h3 className="mb-1.5 font-medium">Past deploys</h3>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {deploys.map((deploy) => (
          <Entry
            key={deploy.id}
            deploy={deploy}
            listed={listed}
            isBusy={busy === deploy.id}
            disabled={busy !== null || running || locked}
          />
        ))}
      </ul>
    </section>
  );
}

interface EntryProps {
  readonly deploy: PastDeploy;
  readonly listed: number;
  readonly isBusy: boolean;
  readonly disabled: boolean;
}

function Entry({ deploy, listed, isBusy, disabled }: EntryProps): ReactNode {
  const { deployer } = useWorkspace();
  const { id, message, created, url, draft, published, size, changes } = deploy;
  const name = message === '' ? (draft ? 'Preview deploy' : 'Deploy') : message;
  const facts = [
    size === null ? null : `${countOf(size.files, 'file')}, ${formatBytes(size.bytes)}`,
    changes === null ? null : changesInWords(changes),
  ].filter((fact) => fact !== null);
  return (
    <li aria-label={name} className="flex items-center gap-2 py-2 pr-2 pl-3">
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 items-center gap-2">
          <a
            href={url}
            target="_blank"
            rel="noreferrer"
            title={url}
            className="flex min-w-0 items-center gap-1.5 rounded-sm hover:underline"
          >
            <span className="truncate">{name}</span>
            <ExternalLink aria-hidden className="size-3 shrink-0 text-faint" />
          </a>
          {published ? <Badge className="text-green">live</Badge> : draft ? <Badge className="text-soft">preview</Badge> : null}
        </p>
        <p className="text-xs text-soft">
          <time dateTime={new Date(created).toISOString()} title={new Date(created).toLocaleString()}>
            {formatAgo(created, listed)}
          </time>
          {facts.map((fact) => ` · ${fact}`)}
        </p>
      </div>
      {published ? null : (
        <Button
          look="outline"
          disabled={disabled}
          aria-label={`${draft ? 'Publish' : 'Roll back to'} ${name}`}
          onClick={() => void deployer.rollback(id)}
        >
          {draft ? <CloudUpload aria-hidden className="size-3.5" /> : <RotateCcw aria-hidden className="size-3.5" />}
          {isBusy ? 'Working' : draft ? 'Publish' : 'Roll back'}
        </Button>
      )}
    </li>
  );
}

function Badge({ className, children }: { readonly className: string; readonly children: ReactNode }): ReactNode {
  return <span className={`shrink-0 rounded-sm border border-current px-1 text-xs leading-4 ${className}`}>{children}</span>;
}
