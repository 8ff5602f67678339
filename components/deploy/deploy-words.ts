import type { DeployRun } from '../../lib/deploy/deployer.ts';
import { countOf, formatBytes } from '../../lib/format.ts';

export function isRunning({ status }: DeployRun): boolean {
  return status === 'building' || status === 'reading' || status === 'sending' || status === 'checking';
}

/** What a deploy does now, in one line; null when none runs. */
export function runInWords(run: DeployRun): string | null {
  switch (run.status) {
    case 'building':
      return 'Building the site';
    case 'reading':
      return 'Reading what was built';
    case 'sending': {
      const { progress } = run;
      if (progress === null || progress.phase === 'preparing') return 'Finding out what is new';
      if (progress.phase === 'publishing') return 'Publishing';
      const { done, total } = progress;
      return `Sending ${countOf(total.files, 'file')}, ${done.files} done · ${formatBytes(done.bytes)} of ${formatBytes(total.bytes)}`;
    }
    case 'checking':
      return 'Comparing what is live with what was built';
    default:
      return null;
  }
}
