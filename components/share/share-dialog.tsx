'use client';
import { Check, Copy, Download, ExternalLink, Link2, Trash2 } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { countOf, formatAgo, formatBytes } from '../../lib/format.ts';
import { zipProject } from '../../lib/import/export-zip.ts';
import type { VersionInfo } from '../../lib/share/client.ts';
import { FRAGMENT_LIMIT } from '../../lib/share/fragment.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { download, fileName } from '../workspace/download.ts';
import { ProblemCard } from '../workspace/problem-card.tsx';
import { LeftOutList } from './left-out-list.tsx';

/** Hands the project over: as a link that the server keeps, in a link of its own, or as a zip. */
export function ShareDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const { sharer } = useWorkspace();
  const state = useSlice(sharer.store, (value) => value);
  useEffect(() => {
    if (open) void sharer.look();
  }, [open, sharer]);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="wide"
      title="Share this project"
      description="Whoever has the link sees the files, can run them, and edits a copy of their own. No account is needed."
    >
      <div className="mt-4 flex flex-col gap-5">
        {state.problem === null ? null : <ProblemCard problem={state.problem} />}
        <ServerLink />
        <LeftOutList />
        <OtherWays onDone={onClose} />
      </div>
    </Dialog>
  );
}

/** The link that shows the newest version, and the versions behind it. */
function ServerLink(): ReactNode {
  const { sharer } = useWorkspace();
  const copy = useCopy();
  const { versions, isCurrent, status, progress } = useSlice(sharer.store, (value) => value);
  const newest = versions?.at(-1);
  const busy = status !== 'idle';
  const publish = async (): Promise<void> => {
    const url = await sharer.publish();
    if (url !== null) await copy(url, newest === undefined ? 'The link is copied' : 'The share is up to date; its link is copied');
  };
  return (
    <section aria-label="Link" className="flex flex-col gap-2">
      {newest === undefined ? null : (
        <div className="flex gap-2">
          <input
            readOnly
            aria-label="Link to the newest version"
            value={sharer.linkTo(null)}
            onFocus={(event) => event.currentTarget.select()}
            className="h-8 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-2 focus:border-focus focus:outline-none"
          />
          <Button look="outline" className="h-8!" onClick={() => void copy(sharer.linkTo(null), 'The link is copied')}>
            <Copy aria-hidden className="size-4 text-soft" /> Copy
          </Button>
        </div>
      )}
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-2">
        <p role="status" className="min-w-0 flex-1 text-soft">
          {status === 'publishing'
            ? progress === null || progress.total === 0
              ? 'Sharing…'
              : `Sending ${formatBytes(progress.done)} of ${formatBytes(progress.total)}`
            : status === 'deleting'
              ? 'Deleting the share…'
              : versions === null
                ? 'Looking for the share…'
                : newest === undefined
                  ? 'Not shared yet.'
                  : isCurrent === false
                    ? `The link shows version ${newest.version}; your project has changed since.`
                    : `The link shows version ${newest.version}, which is what you have here.`}
        </p>
        {status === 'publishing' ? (
          <Button look="outline" onClick={() => sharer.stop()}>
            Stop
          </Button>
        ) : newest !== undefined && isCurrent !== false ? (
          <Button disabled className="opacity-100! text-soft">
            <Check aria-hidden className="size-4 text-green" /> Up to date
          </Button>
        ) : (
          <Button look="primary" disabled={busy || versions === null} onClick={() => void publish()}>
            {newest === undefined ? 'Create link' : 'Update the link'}
          </Button>
        )}
      </div>
      {versions !== null && versions.length > 0 ? <Versions versions={versions} /> : null}
    </section>
  );
}

function Versions({ versions }: { readonly versions: readonly VersionInfo[] }): ReactNode {
  const { sharer } = useWorkspace();
  const copy = useCopy();
  const now = useOpened();
  const newest = versions.at(-1)?.version;
  return (
    <ul aria-label="Versions" className="max-h-44 divide-y divide-line overflow-y-auto rounded-md border border-line">
      {versions.toReversed().map(({ version, at, files, bytes }) => (
        <li key={version} className="flex items-center gap-1 py-0.5 pr-1 pl-3">
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2">
            <span className="font-medium">Version {version}</span>
            {version === newest ? <span className="rounded-sm bg-active px-1.5 text-xs text-soft">newest</span> : null}
            <span className="text-soft tabular-nums max-sm:w-full sm:ml-auto" title={new Date(at).toLocaleString()}>
              {formatAgo(Date.parse(at), now)} · {countOf(files, 'file')}, {formatBytes(bytes)}
            </span>
          </div>
          <IconButton
            label={`Copy the link to version ${version}`}
            side="left"
            onClick={() => void copy(sharer.linkTo(version), `The link to version ${version} is copied`)}
          >
            <Link2 aria-hidden />
          </IconButton>
          <IconButton
            label={`Open version ${version} in a new tab`}
            side="left"
            onClick={() => window.open(sharer.linkTo(version), '_blank', 'noopener')}
          >
            <ExternalLink aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

function OtherWays({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { sharer, project } = useWorkspace();
  const copy = useCopy();
  const { fragment, versions, status } = useSlice(sharer.store, (value) => value);
  const [confirming, setConfirming] = useState(false);
  const saveZip = async (): Promise<void> => {
    const name = fileName(project.store.getState().name);
    download(`${name}.zip`, await zipProject(name, await sharer.outgoing()));
    onDone();
  };
  const length = fragment === null ? null : countOf(Math.ceil(fragment.length / 1000), 'thousand characters', 'thousand characters');
  return (
    <section aria-label="Other ways" className="flex flex-col divide-y divide-line border-t border-line">
      <Way
        title="In the link itself"
        text={
          fragment === null || length === null
            ? 'Measuring…'
            : fragment.url === null
              ? `Too big: it would have ${length}, and more than ${FRAGMENT_LIMIT / 1000} thousand do not arrive everywhere.`
              : `The whole project in a link of ${length}. Nothing is stored on the server.`
        }
      >
        <Button
          look="outline"
          disabled={fragment === null || fragment.url === null}
          onClick={() => void copy(fragment?.url ?? '', 'The link with the project in it is copied')}
        >
          <Copy aria-hidden className="size-4 text-soft" /> Copy long link
        </Button>
      </Way>
      <Way title="As a file" text="A zip that can be imported here, or unpacked anywhere.">
        <Button look="outline" onClick={() => void saveZip()}>
          <Download aria-hidden className="size-4 text-soft" /> Download zip
        </Button>
      </Way>
      {versions === null || versions.length === 0 ? null : confirming ? (
        <Way title="Delete the share?" text="All of its links stop working, for good. Copies that others have made stay theirs.">
          <Button onClick={() => setConfirming(false)}>Keep it</Button>
          <Button
            look="outline"
            className="text-red!"
            disabled={status !== 'idle'}
            onClick={() => {
              setConfirming(false);
              void sharer.remove();
            }}
          >
            Delete for good
          </Button>
        </Way>
      ) : (
        <Way title="Take it back" text="Removes all versions from the server. Your project stays here.">
          <Button look="outline" disabled={status !== 'idle'} onClick={() => setConfirming(true)}>
            <Trash2 aria-hidden className="size-4 text-soft" /> Delete the share
          </Button>
        </Way>
      )}
    </section>
  );
}

function Way({ title, text, children }: { readonly title: string; readonly text: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 last:pb-0">
      <div className="min-w-52 flex-1">
        <h3 className="font-medium">{title}</h3>
        <p className="text-soft">{text}</p>
      </div>
      <div className="flex gap-2">{children}</div>
    </div>
  );
}

/** Copies a link and says so; where the browser does not let it, the link is told to be copied by hand. */
function useCopy(): (url: string, told: string) => Promise<void> {
  const { add } = useToasts();
  return async (url, told) => {
    try {
      await navigator.clipboard.writeText(url);
      add({ title: told });
    } catch {
      add({ title: 'The browser does not let Jampot copy', description: 'Choose the link in its field and copy it by hand.' });
    }
  };
}

/** The time at which this was first drawn, in milliseconds since the epoch. */
function useOpened(): number {
  const [now] = useState(() => Date.now());
  return now;
}
