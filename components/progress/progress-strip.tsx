'use client';
import { Check, CircleAlert, Circle, Minus, Square } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { currentStep, elapsed, STEP_NAMES, type Step } from '../../lib/container/steps.ts';
import { formatDuration } from '../../lib/format.ts';
import { isRunning, runInWords } from '../deploy/deploy-words.ts';
import { IconButton } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';

/**
 * The status line: what the project does now in plain words with a time, and the steps from opening to preview. Always there, so that nothing moves when
 * something begins.
 */
export function ProgressStrip(): ReactNode {
  const { session, layout, terminals, prebuild, deployer, access, project } = useWorkspace();
  const isReader = useSlice(access, ({ role }) => role === 'reader');
  const held = useSlice(project.store, (state) => state.held);
  const steps = useSlice(session.store, (state) => state.steps);
  const build = useSlice(prebuild.store, (state) => state);
  const deploy = useSlice(deployer.store, (state) => state.run);
  const list = [steps.boot, steps.install, steps.dev];
  const running = list.some(({ status }) => status === 'running') || build.status === 'running' || isRunning(deploy);
  const now = useNow(running);
  const current = currentStep(steps);
  const building = build.status === 'running';
  const deploying = building ? null : runInWords(deploy);
  const progress = current.progress;

  return (
    <section
      aria-label="Progress"
      className="relative flex h-7 shrink-0 items-center gap-3 overflow-hidden border-t border-line bg-app px-3 text-xs text-soft"
    >
      <p role="status" className="flex min-w-0 items-center gap-2">
        <StepMark status={building || deploying !== null ? 'running' : current.status} />
        <span className="truncate text-text">
          {building ? 'Building the site' : (deploying ?? (isReader ? 'Runs in the other tab' : held ? 'Not running' : current.text))}
        </span>
        <Time
          value={
            building ? now - build.started : deploying === null ? elapsed(current, now) : 'started' in deploy ? now - deploy.started : null
          }
        />
      </p>
      {building || (deploying === null && current.status === 'running' && current.id !== 'boot') ? (
        <IconButton
          label={building ? 'Stop the build' : current.id === 'install' ? 'Stop the install' : 'Stop the dev server'}
          side="top"
          className="size-5! [&>svg]:size-3!"
          onClick={() => (building ? prebuild.stop() : session.stop())}
        >
          <Square aria-hidden fill="currentColor" />
        </IconButton>
      ) : null}
      <button
        type="button"
        className="shrink-0 rounded-sm px-1 hover:text-text hover:underline"
        onClick={() => {
          terminals.show(building ? 'build' : 'dev');
          layout.set({ bottomOpen: true, bottomTab: 'terminal', narrow: 'terminal' });
        }}
      >
        Log
      </button>
      <span className="flex-1" />
      <ol className="flex items-center gap-4 max-wide:hidden" aria-label="Steps">
        {list.map((step) => (
          <li key={step.id} className="flex items-center gap-1.5" title={step.text}>
            <StepMark status={step.status} />
            <span>{STEP_NAMES[step.id]}</span>
            <Time value={elapsed(step, now)} />
          </li>
        ))}
      </ol>
      {running ? (
        <div
          className="absolute top-0 left-0 h-0.5 bg-soft transition-[width]"
          style={{
            width: progress === null ? '100%' : `${(progress.done / progress.total) * 100}%`,
            animation: progress === null ? 'pulse-soft 1.6s infinite' : 'none',
          }}
          {...(progress === null
            ? { 'aria-hidden': true }
            : {
                role: 'progressbar',
                'aria-label': current.text,
                'aria-valuemin': 0,
                'aria-valuemax': progress.total,
                'aria-valuenow': progress.done,
              })}
        />
      ) : null}
    </section>
  );
}

function Time({ value }: { readonly value: number | null }): ReactNode {
  if (value === null) return null;
  return <span className="shrink-0 text-faint tabular-nums">{formatDuration(Math.max(0, value))}</span>;
}

const MARKS: Readonly<Record<Step['status'], ReactNode>> = {
  waiting: <Circle aria-label="Waiting" className="size-3 text-faint" />,
  running: <span role="img" aria-label="Running" className="mx-0.5 size-2 animate-[pulse-soft_1.6s_infinite] rounded-full bg-amber" />,
  done: <Check aria-label="Done" className="size-3 text-green" strokeWidth={3} />,
  skipped: <Minus aria-label="Not needed" className="size-3 text-faint" strokeWidth={3} />,
  stopped: <Square aria-label="Stopped" className="size-2.5 text-faint" fill="currentColor" />,
  failed: <CircleAlert aria-label="Failed" className="size-3 text-red" strokeWidth={2.5} />,
};

export function StepMark({ status }: { readonly status: Step['status'] }): ReactNode {
  return <span className="grid size-3 shrink-0 place-items-center">{MARKS[status]}</span>;
}

/** `performance.now()`, renewed ten times a second while something runs. */
export function useNow(active: boolean): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}
