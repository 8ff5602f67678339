'use client';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { zipFiles } from '../../lib/import/export-zip.ts';
import { readOutput } from '../../lib/prebuild/read-output.ts';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { download, fileName } from '../workspace/download.ts';

/** Hands over what was built last, for any other static host. */
export function DownloadSite(): ReactNode {
  const { session, prebuild, project } = useWorkspace();
  const engine = useSlice(session.store, (state) => state.engine);
  const folder = useSlice(prebuild.store, (state) => (state.status === 'done' ? state.output.folder : null));
  if (engine === null || folder === null) return null;
  const save = async (): Promise<void> => {
    const name = `${fileName(project.store.getState().name)}-site`;
    const files = await readOutput(engine, folder);
    download(
      `${name}.zip`,
      await zipFiles(
        name,
        files.map(({ path, bytes }) => [path, bytes]),
      ),
    );
  };
  return (
    <Button className="self-start" onClick={() => void save()}>
      <Download aria-hidden className="size-3.5" /> Download what was built as zip
    </Button>
  );
}
