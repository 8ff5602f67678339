'use client';
import { FileText } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { canFormat, formatText } from '../../lib/editor/format.ts';
import { messageOf } from '../../lib/errors/problem.ts';
import { formatBytes } from '../../lib/format.ts';
import { bytesOf, type Content } from '../../lib/project/content.ts';
import { imageType } from '../../lib/project/file-kind.ts';
import { openCursors, type Cursors } from '../../lib/workspace/cursors.ts';
import { useToasts } from '../ui/toasts.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { createCodeEditor, type CodeEditor } from './code-editor.ts';
import { EditorTabs } from './editor-tabs.tsx';

/** What the palette and keys ask of the editor. */
export interface EditorCommands {
  format(): Promise<void>;
  find(): void;
  focus(): void;
}

export function EditorArea({ onReady }: { readonly onReady: (commands: EditorCommands) => void }): ReactNode {
  const { project, tabs } = useWorkspace();
  const { add: addToast } = useToasts();
  const active = useSlice(tabs.store, (state) => state.active);
  const content = useSlice(project.store, (state) => (active === null ? undefined : state.files.get(active)));
  const link = useSlice(project.store, (state) => (active === null ? undefined : state.links.get(active)));
  const waiting = useSlice(project.store, (state) => active !== null && state.expected.has(active));
  const image = active === null ? null : imageType(active);
  const isText = typeof content === 'string' && (image === null || active?.endsWith('.svg') === true);
  const reveal = useSlice(tabs.store, (state) => state.reveal);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const [mounted, setMounted] = useState(false);

  useEffect(() => {
    if (host.current === null) return;
    const format = async (): Promise<void> => {
      const path = tabs.store.getState().active;
      const { files, writable } = project.store.getState();
      const text = path === null ? undefined : files.get(path);
      if (path === null || typeof text !== 'string' || !writable) return;
      if (!canFormat(path)) return void addToast({ title: `There is no formatter for “${path}”` });
      const configuration = files.get('.prettierrc') ?? files.get('.prettierrc.json');
      try {
        const formatted = await formatText(path, text, typeof configuration === 'string' ? configuration : undefined);
        if (tabs.store.getState().active === path && project.store.getState().files.get(path) === text) created.replace(formatted);
      } catch (error) {
        addToast({ title: 'Can’t format this file', description: messageOf(error).split('\n')[0] });
      }
    };
    // A new project gets its id after the first paint.
    let opened: { id: string; cursors: Cursors } | null = null;
    const cursors = (): Cursors => {
      const { id } = project.store.getState();
      if (opened?.id !== id) opened = { id, cursors: openCursors(id, window.localStorage) };
      return opened.cursors;
    };
    let saving: ReturnType<typeof setTimeout> | undefined;
    const created = createCodeEditor({
      parent: host.current,
      onEdit: (path, text) => project.write(path, text),
      onFormat: () => void format(),
      cursorOf: (path) => cursors().of(path),
      onCursor: (path, offset) => {
        clearTimeout(saving);
        saving = setTimeout(() => cursors().set(path, offset), 200);
      },
    });
    editor.current = created;
    setMounted(true);
    const showActive = (): void => {
      const path = tabs.store.getState().active;
      const text = path === null ? undefined : project.store.getState().files.get(path);
      if (path !== null && typeof text === 'string') created.show(path, text);
    };
    created.setReadOnly(!project.store.getState().writable);
    showActive();
    const stops = [
      project.onChange((change, origin) => {
        if (change.kind === 'rename') {
          for (const path of change.files) created.rename(path, change.to + path.slice(change.from.length));
        }
        if (change.kind === 'write' && typeof change.content === 'string' && origin !== 'user') created.update(change.path, change.content);
      }),
      project.store.subscribe((state, previous) => {
        if (state.writable !== previous.writable) created.setReadOnly(!state.writable);
        if (state.files !== previous.files) showActive();
      }),
      tabs.store.subscribe((state, previous) => {
        if (state.open !== previous.open) created.retain(state.open);
        if (state.active !== previous.active) showActive();
        if (state.reveal !== previous.reveal && state.reveal?.line !== undefined)
          created.reveal(state.reveal.line, state.reveal.column ?? 1);
      }),
    ];
    onReady({ format, find: () => created.openSearch(), focus: () => created.focus() });
    return () => {
      for (const stop of stops) stop();
      editor.current = null;
      created.destroy();
    };
  }, [project, tabs, addToast, onReady]);

  // After the paint: an editor that is still hidden takes no focus.
  useEffect(() => {
    if (reveal !== null) editor.current?.focus();
  }, [reveal]);

  return (
    <div className="flex h-full min-w-0 flex-col bg-surface">
      <EditorTabs />
      <div className="relative min-h-0 flex-1" role="tabpanel" id="editor-panel" aria-label={active ?? 'Editor'}>
        {/* The first paint shows the file where the editor will; it takes over when its code has come. */}
        {!mounted && isText ? (
          <pre
            aria-hidden
            className="absolute inset-0 overflow-hidden pt-2.5 pr-5 pl-[51px] font-code text-[13.5px] leading-[22px] break-words whitespace-pre-wrap"
          >
            {content.slice(0, 8000)}
          </pre>
        ) : null}
        <div ref={host} className={`cm-host ${isText ? '' : 'hidden'}`} />
        {active === null ? <NoFile /> : null}
        {active !== null && link !== undefined ? <LinkView path={active} target={link} /> : null}
        {waiting && content === undefined ? <p className="p-6 text-soft">Reading the file…</p> : null}
        {active !== null && image !== null && content !== undefined && !isText ? (
          <ImageView path={active} type={image} content={content} />
        ) : null}
        {active !== null && image === null && content !== undefined && typeof content !== 'string' ? (
          <BinaryView path={active} content={content} />
        ) : null}
      </div>
    </div>
  );
}

function NoFile(): ReactNode {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center text-soft">
      <FileText aria-hidden className="size-6 text-faint" strokeWidth={1.5} />
      <p>Choose a file on the left to edit it.</p>
    </div>
  );
}

function ImageView({ path, type, content }: { readonly path: string; readonly type: string; readonly content: Content }): ReactNode {
  const url = useMemo(() => URL.createObjectURL(new Blob([bytesOf(content)], { type })), [content, type]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <figure className="flex h-full flex-col">
      <div className="flex min-h-0 flex-1 items-center justify-center p-8">
        <img src={url} alt={path} className="max-h-full max-w-full rounded-sm border border-line object-contain" />
      </div>
      <figcaption className="border-t border-line px-4 py-1.5 text-soft">
        {type.replace('image/', '').replace('+xml', '').toUpperCase()}, {formatBytes(bytesOf(content).length)}
      </figcaption>
    </figure>
  );
}

function LinkView({ path, target }: { readonly path: string; readonly target: string }): ReactNode {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 p-8 text-center">
      <p className="font-medium">
        {path} → {target}
      </p>
      <p className="text-soft">A link that leads to no file of this project.</p>
    </div>
  );
}

function BinaryView({ path, content }: { readonly path: string; readonly content: Uint8Array }): ReactNode {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 p-8 text-center">
      <p className="font-medium">{path}</p>
      <p className="text-soft">{formatBytes(content.length)} of binary data. It is kept as it is and cannot be edited as text.</p>
    </div>
  );
}
