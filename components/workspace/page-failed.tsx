'use client';
import { useState, type ReactNode } from 'react';
import { messageOf } from '../../lib/errors/problem.ts';
import { zipProject } from '../../lib/import/export-zip.ts';
import { isProjectLabel } from '../../lib/origins.ts';
import { openProjectStorage } from '../../lib/project/storage.ts';
import { withoutLeftOut } from '../../lib/share/left-out.ts';
import { Button } from '../ui/button.tsx';
import { download, fileName } from './download.ts';

/** Takes the place of a page whose own code failed: what happened, a way back, and the project's files as this browser keeps them. */
export function PageFailed({ error }: { readonly error: Error }): ReactNode {
  const [told, setTold] = useState('');
  const [busy, setBusy] = useState(false);
  const project = typeof window === 'undefined' ? null : projectOf(window.location.pathname);

  const save = async (id: string): Promise<void> => {
    setBusy(true);
    try {
      const stored = await openProjectStorage(id).load();
      if (stored === null) return setTold('This browser has no files of this project.');
      download(`${fileName(stored.name)}.zip`, await zipProject(fileName(stored.name), withoutLeftOut(stored, new Set())));
      setTold('Downloaded. Files named .env and what .gitignore names stay out.');
    } catch (reason) {
      setTold(`The files could not be read: ${messageOf(reason)}`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-8 text-center">
      <h1 className="text-[15px] font-semibold">Jampot made a mistake and had to stop</h1>
      <p className="max-w-sm text-soft">
        {project === null
          ? 'This page could not be shown. Load it again.'
          : 'This page could not be shown. Your files are stored in this browser: load the page again, or take them with you.'}
      </p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <Button look="primary" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
        {project === null ? null : (
          <Button look="outline" disabled={busy} onClick={() => void save(project)}>
            Download the project as zip
          </Button>
        )}
      </div>
      <p role="status" className="min-h-5 text-soft">
        {told}
      </p>
      <details className="w-full max-w-xl text-left">
        <summary className="mx-auto w-fit rounded-sm text-soft hover:text-text">Details</summary>
        <pre
          // It scrolls, so the keyboard has to reach it.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="mt-2 max-h-56 overflow-auto rounded-md border border-line bg-app p-3 text-xs leading-5 whitespace-pre-wrap"
        >
          {error.stack ?? messageOf(error)}
        </pre>
      </details>
    </main>
  );
}

/** Id of the project that an address opens, or null. */
function projectOf(pathname: string): string | null {
  const id = /^\/p\/([^/]+)\/?$/.exec(pathname)?.[1];
  return id !== undefined && isProjectLabel(id) ? id : null;
}
