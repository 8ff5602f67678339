'use client';
import { CircleAlert, CircleCheck, CircleSlash, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DeployRun } from '../../lib/deploy/deployer.ts';
import type { LiveCheck, LiveFinding } from '../../lib/deploy/live-check.ts';
import { countOf, formatBytes, formatDuration } from '../../lib/format.ts';
import { useNow } from '../progress/progress-strip.tsx';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { isRunning, runInWords } from './deploy-words.ts';
import { SiteLink } from './site-link.tsx';

/** The deploy that runs, file by file, and what came of it. */
export function DeployStatus(): ReactNode {
  const { deployer } = useWorkspace();
  const run = useSlice(deployer.store, (state) => state.run);
  if (run.status === 'idle' || run.status === 'failed') return null;
  return (
    <section aria-label="This deploy" className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-3">
      {isRunning(run) ? <Running run={run} /> : null}
      {run.status === 'cancelled' ? (
        <p role="status" className="flex items-center gap-2">
          <CircleSlash aria-hidden className="size-4 shrink-0 text-soft" /> Cancelled. The site shows what it showed before.
        </p>
      ) : null}
      {run.status === 'checking' || run.status === 'done' ? <Result run={run} /> : null}
    </section>
  );
}

function Running({ run }: { readonly run: DeployRun }): ReactNode {
  const { deployer } = useWorkspace();
  const now = useNow(true);
  const progress = run.status === 'sending' ? run.progress : null;
  const share = progress?.phase === 'uploading' && progress.total.files > 0 ? progress.done.files / progress.total.files : null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <p role="status" className="min-w-0 flex-1">
          {runInWords(run)}
        </p>
        <Button look="outline" onClick={() => deployer.cancel()}>
          {run.status === 'checking' ? 'Skip' : 'Cancel'}
        </Button>
      </div>
      <div
        role="progressbar"
        aria-label="Deploy"
        {...(share !== null &&
          progress !== null && { 'aria-valuemin': 0, 'aria-valuemax': progress.total.files, 'aria-valuenow': progress.done.files })}
        className="h-1 overflow-hidden rounded-sm bg-active"
      >
        <div
          className="h-full bg-soft transition-[width]"
          style={{ width: `${(share ?? 1) * 100}%`, animation: share === null ? 'pulse-soft 1.6s infinite' : 'none' }}
        />
      </div>
      <div className="flex gap-3 text-xs text-faint">
        {progress?.waiting ? (
          <p className="min-w-0 flex-1 break-words text-amber">{progress.waiting}</p>
        ) : (
          <p className="min-w-0 flex-1 truncate">{progress?.path}</p>
        )}
        {'started' in run && now > run.started ? <span className="tabular-nums">{formatDuration(now - run.started)}</span> : null}
      </div>
    </div>
  );
}

function Result({ run }: { readonly run: Extract<DeployRun, { status: 'checking' | 'done' }> }): ReactNode {
  const { result, draft, duration, files } = run;
  const { uploaded, skipped } = result;
  return (
    <div className="flex flex-col gap-2">
      <p role="status" className="flex items-center gap-2 font-medium">
        <CircleCheck aria-hidden className="size-4 shrink-0 text-green" />
        {draft ? 'The preview is live' : 'The site is live'}
        <span className="font-normal text-faint tabular-nums">{formatDuration(duration)}</span>
      </p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
        {draft ? null : (
          <>
            <dt className="text-soft">Site</dt>
            <dd>
              <SiteLink label="Live site" url={result.url} />
            </dd>
          </>
        )}
        <dt className="text-soft">This deploy</dt>
        <dd>
          <SiteLink label="This deploy" url={result.previewUrl} />
        </dd>
        <dt className="text-soft">Sent</dt>
        <dd>
          {uploaded.files === 0 ? 'nothing new' : `${countOf(uploaded.files, 'file')}, ${formatBytes(uploaded.bytes)}`}
          {skipped.files > 0 ? ` · ${skipped.files} of ${files} there already` : ''}
        </dd>
      </dl>
      {run.status === 'done' ? <Checks checks={run.checks} failed={run.checkFailed} /> : null}
    </div>
  );
}

function Checks({ checks, failed }: { readonly checks: readonly LiveCheck[]; readonly failed: string | null }): ReactNode {
  if (failed !== null) {
    return (
      <p className="flex items-start gap-2 text-soft">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" /> What is live was not compared: {failed}
      </p>
    );
  }
  const [first] = checks;
  if (first === undefined) return null;
  const at = (kind: 'different' | 'unreadable'): readonly LiveFinding[] =>
    checks.flatMap((check) => check[kind].map(({ path, reason }) => ({ path: `${check.url}/${path}`, reason })));
  const [different, unreadable] = [at('different'), at('unreadable')];
  const asked = checks.reduce((sum, { checked }) => sum + checked, 0);
  const same = asked - different.length - unreadable.length;
  if (same === asked) {
    const which = first.checked < first.files ? `${first.checked} of ${first.files} files` : countOf(first.files, 'file');
    return (
      <p className="flex items-start gap-2 text-soft">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-green" />
        <span>
          Checked: {which} at {countOf(checks.length, 'address', 'addresses')} {first.checked === 1 && checks.length === 1 ? 'has' : 'have'}{' '}
          the <span className="whitespace-nowrap">SHA-256</span> of what was built.
        </span>
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <Findings findings={different}>
        {countOf(different.length, 'address differs', 'addresses differ')} from what was built. A rule of the site or the provider may
        change them.
      </Findings>
      <Findings findings={unreadable}>
        {countOf(unreadable.length, 'address cannot be read', 'addresses cannot be read')} from here, so what is live there was not
        compared. A header or a redirect of the site may keep this page out.
      </Findings>
      {same === 0 ? null : (
        <p className="ml-6 text-soft">
          Checked: {same} of {countOf(asked, 'address has', 'addresses have')} the SHA-256 of what was built.
        </p>
      )}
    </div>
  );
}

function Findings({ findings, children }: { readonly findings: readonly LiveFinding[]; readonly children: ReactNode }): ReactNode {
  if (findings.length === 0) return null;
  return (
    <div className="flex items-start gap-2">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" />
      <div className="min-w-0 flex-1">
        <p>{children}</p>
        <details>
          <summary className="w-fit rounded-sm text-soft hover:text-text">Which</summary>
          <ul className="mt-1 flex flex-col gap-1 text-soft">
            {findings.map(({ path, reason }) => (
              <li key={path} className="break-words">
                {path}: {reason}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </div>
  );
}
