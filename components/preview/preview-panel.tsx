'use client';
import { Menu } from '@base-ui/react/menu';
import { ArrowLeft, ArrowRight, ExternalLink, RotateCw } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { currentStep } from '../../lib/container/steps.ts';
import { previewBase } from '../../lib/preview/preview.ts';
import { isOldMessage, previewAddress, previewCommand, readPreviewMessage, type PreviewCommand } from '../../lib/preview/preview-script.ts';
import { IconButton } from '../ui/button.tsx';
import { MENU_ITEM, MENU_POPUP } from '../ui/menu-styles.ts';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { ProblemCard } from '../workspace/problem-card.tsx';

/** Milliseconds in which a page that has loaded opens its socket to the dev server. */
const SOCKET_OPENS = 300;

/** The site: what the dev server serves, or what was built, in a frame of its own origin. */
export function PreviewPanel(): ReactNode {
  const { preview } = useWorkspace();
  const state = useSlice(preview.store, (value) => value);
  const base = previewBase(state);
  const frame = useRef<HTMLIFrameElement>(null);
  const [loaded, setLoaded] = useState(false);

  // A load that the IDE asks for sets the frame's address; the frame's contents belong to another origin. The page's own moves only change `path`.
  useEffect(() => {
    const show = (): void => {
      if (base !== null && frame.current !== null) frame.current.src = previewAddress(preview.store.getState().path, base) ?? base;
    };
    show();
    return preview.store.subscribe((next, previous) => {
      // Another origin is shown by this effect's next run.
      if (next.load !== previous.load && previewBase(next) === base) show();
    });
  }, [base, preview]);

  useEffect(() => {
    if (base === null) return;
    const { origin } = new URL(base);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onMessage = (event: MessageEvent<unknown>): void => {
      if (frame.current === null || event.source !== frame.current.contentWindow || event.origin !== origin) return;
      if (isOldMessage(event.data) && preview.isOld()) send(frame.current, 'reload', origin);
      const location = readPreviewMessage(event.data, base);
      if (location === null) return;
      preview.located(location);
      if (!location.loaded) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (preview.mayBeOld()) send(frame.current, 'check', origin);
      }, SOCKET_OPENS);
    };
    window.addEventListener('message', onMessage);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('message', onMessage);
    };
  }, [base, preview]);

  const command = (name: PreviewCommand): void => {
    preview.left();
    if (base !== null) send(frame.current, name, new URL(base).origin);
  };

  return (
    <div className="flex h-full min-w-0 flex-col bg-surface">
      <div className="flex h-9 shrink-0 items-center gap-0.5 border-b border-line bg-app px-1.5">
        <IconButton label="Back" disabled={base === null} onClick={() => command('back')}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <IconButton label="Forward" disabled={base === null} onClick={() => command('forward')}>
          <ArrowRight aria-hidden />
        </IconButton>
        <IconButton label="Reload the preview" disabled={base === null} onClick={() => preview.reload()}>
          <RotateCw aria-hidden />
        </IconButton>
        <AddressBar path={state.path} disabled={base === null} onGo={(address) => preview.go(address)} />
        <PortMenu />
        <ModeSwitch />
        {base === null ? null : (
          <IconButton label="Open in a new tab" onClick={() => window.open(previewAddress(state.path, base) ?? base, '_blank', 'noopener')}>
            <ExternalLink aria-hidden />
          </IconButton>
        )}
      </div>
      <div className="relative min-h-0 flex-1">
        {base === null ? (
          <Waiting />
        ) : (
          // A sandbox would take away the service worker that serves the page; the page has an origin of its own instead.
          // oxlint-disable-next-line react/iframe-missing-sandbox
          <iframe
            ref={frame}
            title="Preview"
            onLoad={() => setLoaded(true)}
            allow="cross-origin-isolated; fullscreen; clipboard-write"
            // Pages without a background count on white; before there is a page, white would flash.
            className={`absolute inset-0 size-full border-0 ${loaded ? 'bg-white' : ''}`}
          />
        )}
      </div>
    </div>
  );
}

function send(frame: HTMLIFrameElement | null, command: PreviewCommand, origin: string): void {
  frame?.contentWindow?.postMessage(previewCommand(command), origin);
}

function AddressBar({
  path,
  disabled,
  onGo,
}: {
  readonly path: string;
  readonly disabled: boolean;
  readonly onGo: (address: string) => void;
}): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <form
      className="mx-1 min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== null) onGo(typed);
        setTyped(null);
      }}
    >
      <input
        aria-label="Address in the preview"
        disabled={disabled}
        spellCheck={false}
        autoComplete="off"
        value={typed ?? path}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped(null);
        }}
        className="h-6.5 w-full min-w-0 rounded-md border border-line bg-surface px-2 text-text focus:border-focus focus:outline-none disabled:text-faint"
      />
    </form>
  );
}

/** Shown when the project listens on more than one port. */
function PortMenu(): ReactNode {
  const { preview } = useWorkspace();
  const { ports, livePort, builtPort } = useSlice(preview.store, (state) => state);
  const choices = [...ports.keys()].filter((port) => port !== builtPort).sort((a, b) => a - b);
  if (choices.length < 2) return null;
  return (
    <Menu.Root>
      <Menu.Trigger className="h-7 rounded-md px-2 text-soft tabular-nums hover:bg-hover hover:text-text">:{livePort ?? '–'}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50">
          <Menu.Popup className={MENU_POPUP}>
            <Menu.RadioGroup value={livePort} onValueChange={(port: number) => preview.choosePort(port)}>
              {choices.map((port) => (
                <Menu.RadioItem key={port} value={port} className={MENU_ITEM}>
                  Port {port}
                  <Menu.RadioItemIndicator className="ml-auto">✓</Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Live is what the dev server serves; Built is the output as production would serve it. */
function ModeSwitch(): ReactNode {
  const workspace = useWorkspace();
  const mode = useSlice(workspace.preview.store, (state) => state.mode);
  const running = useSlice(workspace.session.store, (state) => state.engine !== null);
  const building = useSlice(workspace.prebuild.store, (state) => state.status === 'running');
  const item =
    'h-5.5 rounded-sm px-2 text-soft transition-colors aria-checked:bg-raised aria-checked:text-text aria-checked:shadow-sm disabled:opacity-60';
  return (
    <div
      role="radiogroup"
      aria-label="What the preview shows"
      className="mx-1 flex shrink-0 items-center gap-0.5 rounded-md bg-active p-0.5"
    >
      <button type="button" role="radio" aria-checked={mode === 'live'} className={item} onClick={() => workspace.preview.setMode('live')}>
        Live
      </button>
      <button
        type="button"
        role="radio"
        aria-checked={mode === 'built'}
        disabled={!running || building}
        className={item}
        onClick={() => void workspace.showBuilt()}
      >
        Built
      </button>
    </div>
  );
}

/** What stands in the preview's place until there is one: the reason, and when something failed, what to do. */
function Waiting(): ReactNode {
  const { session, problems, access, project } = useWorkspace();
  const step = useSlice(session.store, (state) => currentStep(state.steps));
  const role = useSlice(access, (state) => state.role);
  const held = useSlice(project.store, (state) => state.held);
  const list = useSlice(problems.store, (state) => state.problems);
  const problem = list.findLast(({ code }) => ['browser', 'engine', 'install', 'manifest', 'dev', 'disk-full'].includes(code));
  return (
    <div className="flex h-full flex-col items-center justify-center gap-4 overflow-y-auto p-6 text-center">
      {problem === undefined ? (
        <>
          <PageSketch />
          <div className="max-w-72">
            <p className="font-medium">{role === 'reader' ? 'The preview runs in the other tab' : 'Your site appears here'}</p>
            <p className="mt-0.5 text-soft">
              {role === 'reader'
                ? 'Take over the project to run it here.'
                : held
                  ? 'Run this project, and its dev server will show it here.'
                  : step.status === 'waiting'
                    ? 'As soon as its dev server answers.'
                    : `${step.text}.`}
            </p>
          </div>
        </>
      ) : (
        <ProblemCard problem={problem} />
      )}
    </div>
  );
}

/** An empty page, drawn with lines. */
function PageSketch(): ReactNode {
  return (
    <svg aria-hidden width="96" height="72" viewBox="0 0 96 72" fill="none" className="text-line">
      <rect x="0.75" y="0.75" width="94.5" height="70.5" rx="5.25" stroke="currentColor" strokeWidth="1.5" />
      <path d="M1 14h94" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="8" cy="7.5" r="1.75" fill="currentColor" />
      <circle cx="14" cy="7.5" r="1.75" fill="currentColor" />
      <path d="M14 26h34M14 36h68M14 43h62M14 50h66M14 57h30" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
