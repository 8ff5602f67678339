'use client';
import { FileArchive, FolderOpen, Upload } from 'lucide-react';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { messageOf } from '../../lib/errors/problem.ts';
import { createImportedProject } from '../../lib/import/create-project.ts';
import { importFolder, importZip, type Imported } from '../../lib/import/import-files.ts';
import { Button } from '../ui/button.tsx';

/** Takes a zip or a folder, by button or by dropping a zip. */
export function ImportProject(): ReactNode {
  const zip = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<{ status: 'idle' } | { status: 'busy' } | { status: 'failed'; message: string }>({ status: 'idle' });
  const [over, setOver] = useState(false);

  const take = async (read: Promise<Imported>): Promise<void> => {
    setState({ status: 'busy' });
    try {
      window.location.assign(`/p/${await createImportedProject(await read)}`);
    } catch (error) {
      setState({ status: 'failed', message: messageOf(error) });
    }
  };
  const takeChosen = (input: HTMLInputElement | null, read: (files: readonly File[]) => Promise<Imported>): void => {
    const files = [...(input?.files ?? [])];
    if (input === null || files.length === 0) return;
    // Browsers tell of a choice only when it differs: the same file must be choosable again once it is mended.
    input.value = '';
    void take(read(files));
  };
  const takeZip = (): void => takeChosen(zip.current, ([file]) => importZip(file as File));
  const takeFolder = (): void => takeChosen(folder.current, importFolder);
  // What was chosen before the page's code had come made no event that we heard.
  const early = useRef(() => {
    takeZip();
    takeFolder();
  });
  useEffect(() => early.current(), []);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file === undefined) return;
    if (/\.zip$/i.test(file.name)) void take(importZip(file));
    else setState({ status: 'failed', message: `“${file.name}” is not a zip. Drop a .zip file, or choose a folder below.` });
  };

  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={`flex flex-col justify-center gap-3 rounded-lg border border-dashed p-6 transition-colors ${over ? 'border-focus bg-hover' : 'border-line-strong'}`}
    >
      <Upload aria-hidden className="size-5 text-faint" strokeWidth={1.75} />
      <div>
        <h3 className="text-[14px] font-semibold">Bring your own</h3>
        <p className="mt-0.5 text-soft">Drop a zip here, or choose one. Your files stay in this browser.</p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="outline" disabled={state.status === 'busy'} onClick={() => zip.current?.click()}>
          <FileArchive aria-hidden className="size-4 text-soft" /> Import zip
        </Button>
        <Button look="outline" disabled={state.status === 'busy'} onClick={() => folder.current?.click()}>
          <FolderOpen aria-hidden className="size-4 text-soft" /> Import folder
        </Button>
      </div>
      <p role="status" className={`empty:hidden ${state.status === 'failed' ? 'text-red' : 'text-soft'}`}>
        {state.status === 'failed' ? state.message : state.status === 'busy' ? 'Reading the files…' : ''}
      </p>
      <input ref={zip} type="file" accept=".zip,application/zip" aria-label="Zip to import" className="hidden" onChange={takeZip} />
      <input ref={folder} type="file" aria-label="Folder to import" className="hidden" {...{ webkitdirectory: '' }} onChange={takeFolder} />
    </div>
  );
}
