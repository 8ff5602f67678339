/** What happens from opening a project to its preview, as the user sees it. */
export type StepId = 'boot' | 'install' | 'dev';

export type StepStatus = 'waiting' | 'running' | 'done' | 'skipped' | 'stopped' | 'failed';

export interface Step {
  readonly id: StepId;
  readonly status: StepStatus;
  /** One line in plain words: what it does now, or what it did. */
  readonly text: string;
  /** `performance.now()` values. */
  readonly started: number | null;
  readonly ended: number | null;
  /** Share done, where it is known. */
  readonly progress: { readonly done: number; readonly total: number } | null;
}

export type Steps = Readonly<Record<StepId, Step>>;

export const STEP_NAMES: Readonly<Record<StepId, string>> = { boot: 'Start', install: 'Install', dev: 'Dev server' };

const WAITING: Readonly<Record<StepId, string>> = {
  boot: 'Start Node.js in this page',
  install: 'Install packages',
  dev: 'Start the dev server',
};

export function waitingStep(id: StepId): Step {
  return { id, status: 'waiting', text: WAITING[id], started: null, ended: null, progress: null };
}

export function initialSteps(): Steps {
  return { boot: waitingStep('boot'), install: waitingStep('install'), dev: waitingStep('dev') };
}

/** Milliseconds a step has taken, or null when it has not started. */
export function elapsed(step: Step, now: number): number | null {
  return step.started === null ? null : (step.ended ?? now) - step.started;
}

/** The step to speak of: the failed one, else the running one, else the stopped one, else the last that ended. */
export function currentStep(steps: Steps): Step {
  const list = [steps.boot, steps.install, steps.dev];
  return (
    list.find(({ status }) => status === 'failed') ??
    list.find(({ status }) => status === 'running') ??
    list.find(({ status }) => status === 'stopped') ??
    list.findLast(({ status }) => status === 'done' || status === 'skipped') ??
    steps.boot
  );
}
