'use client';
import { X } from 'lucide-react';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { baseName, folderOf } from '../../lib/project/paths.ts';
import { FileIcon } from '../files/file-icon.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';

/** Tabs of the open files. Arrow keys switch, Delete closes, the middle mouse button closes. */
export function EditorTabs(): ReactNode {
  const { project, tabs } = useWorkspace();
  const open = useSlice(tabs.store, (state) => state.open);
  const active = useSlice(tabs.store, (state) => state.active);
  const unsaved = useSlice(project.store, (state) => state.unsaved);
  const list = useRef<HTMLDivElement>(null);

  const focusActive = (): void => {
    // After the store's change is rendered.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent, path: string): void => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') tabs.step(event.key === 'ArrowRight' ? 1 : -1);
    else if (event.key === 'Delete') tabs.close(path);
    else return;
    event.preventDefault();
    focusActive();
  };

  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Open files"
      className="flex h-9 shrink-0 items-stretch overflow-x-auto border-b border-line bg-app [scrollbar-width:none]"
    >
      {open.map((path) => {
        const name = baseName(path);
        const ambiguous = open.some((other) => other !== path && baseName(other) === name);
        const dirty = unsaved.has(path);
        return (
          <button
            key={path}
            {...(path === active && { ref: intoView })}
            type="button"
            role="tab"
            aria-selected={path === active}
            aria-controls="editor-panel"
            aria-keyshortcuts="Delete"
            {...(dirty && { 'aria-description': 'Not saved yet' })}
            tabIndex={path === active ? 0 : -1}
            title={path}
            onClick={() => tabs.openFile(path)}
            onAuxClick={(event) => {
              if (event.button === 1) tabs.close(path);
            }}
            onKeyDown={(event) => onKeyDown(event, path)}
            className={`group relative flex max-w-56 min-w-0 shrink-0 items-center gap-1.5 border-r border-line pr-1.5 pl-3 transition-colors ${
              path === active
                ? 'bg-surface text-text after:absolute after:inset-x-0 after:-bottom-px after:h-px after:bg-surface'
                : 'text-soft hover:bg-hover hover:text-text'
            }`}
          >
            <FileIcon path={path} />
            <span className="truncate">{name}</span>
            {ambiguous ? (
              <span aria-hidden className="truncate text-xs text-faint">
                {folderOf(path) || 'root'}
              </span>
            ) : null}
            {/* Not a button of its own: a tab holds no further controls. The keyboard closes with Delete. */}
            <span
              aria-hidden
              data-close
              onClick={(event) => {
                event.stopPropagation();
                tabs.close(path);
              }}
              className="grid size-5 shrink-0 place-items-center rounded-sm hover:bg-active"
            >
              {dirty ? <span className="size-2 rounded-full bg-amber group-hover:hidden" /> : null}
              <X
                className={`size-3.5 ${dirty ? 'hidden group-hover:block' : path === active ? 'opacity-70' : 'opacity-0 group-hover:opacity-70 group-focus-visible:opacity-70'}`}
              />
            </span>
          </button>
        );
      })}
    </div>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
