import { countOf, formatDuration } from '../format.ts';
import type { Place, Problem, ProblemAction } from './problem.ts';

/** The failures that the IDE knows, in the words that users read. One function a failure; the caller hands in the button's deed. */

export function unsupportedBrowser(missing: 'insecure' | 'not-isolated' | 'old-browser'): Problem {
  const title = 'This project cannot run in this browser';
  const shared = { code: 'browser', fault: 'system', title } as const;
  switch (missing) {
    case 'insecure':
      return {
        ...shared,
        cause: 'The page was opened over plain HTTP from another machine, and browsers give shared memory to secure pages only.',
        remedy: 'Open it over HTTPS, or on this machine at jampot.localhost. Editing works meanwhile.',
      };
    case 'not-isolated':
      return {
        ...shared,
        cause:
          'The page is not cross-origin isolated, so the browser withholds SharedArrayBuffer. A proxy in front of the server may have dropped the COOP and COEP headers.',
        remedy: 'Let the server’s headers through, then reload. Editing works meanwhile.',
      };
    case 'old-browser':
      return {
        ...shared,
        cause: 'The browser has no SharedArrayBuffer, service workers or IndexedDB, or they are switched off.',
        remedy: 'Use a current Chromium, Firefox or Safari, outside a private window. Editing works meanwhile.',
      };
  }
}

export function engineDidNotStart(details: string, restart: ProblemAction): Problem {
  return {
    code: 'engine',
    fault: 'system',
    title: 'The project did not start',
    cause: 'The part of the page that runs Node.js did not answer.',
    remedy: 'Start it again. Your files are safe in this browser.',
    action: restart,
    details,
  };
}

export function engineDied(details: string, restart: ProblemAction): Problem {
  return {
    code: 'engine',
    fault: 'system',
    title: 'The project stopped running',
    cause: 'The part of the page that runs Node.js has ended, which happens when the browser runs out of memory.',
    remedy: 'Restart it. Your files are safe in this browser.',
    action: restart,
    details,
  };
}

export function programCrashed(details: string, restart: ProblemAction): Problem {
  return {
    code: 'worker',
    fault: 'system',
    title: 'A program of the project crashed',
    cause: 'The worker that it ran in has failed: the browser gave it no more memory, or the engine made a mistake.',
    remedy: 'Run it again, or restart the project. Your files are safe in this browser.',
    action: restart,
    details,
  };
}

/** `code` says what became of the engine's own store (engine/host/project-store.ts); the project's files are kept elsewhere, by the IDE. */
export function installedFilesNotKept(code: string, details: string): Problem {
  const shared = { code: 'engine-store', fault: 'system', title: 'Installed packages will not be kept', details } as const;
  switch (code) {
    case 'JAMPOT_SECOND_TAB':
      return {
        ...shared,
        cause: 'Another tab still runs this project and keeps its installed packages.',
        remedy: 'Close the other tab and reload this one. What you edit is saved all the same.',
      };
    case 'JAMPOT_STORE_FULL':
      return {
        ...shared,
        cause: 'The browser’s storage for this site is full.',
        remedy: 'Remove projects that you do not need, or free space on the disk. What you edit is saved apart.',
      };
    default:
      return {
        ...shared,
        cause: 'The browser’s storage could not be used for them, as in a private window.',
        remedy: 'They are installed again at the next visit. What you edit is saved apart.',
      };
  }
}

interface LogCause {
  readonly pattern: RegExp;
  readonly fault: 'user' | 'system';
  /** Finds the package that the log speaks of. */
  readonly subject?: RegExp;
  /** `subject` is quoted, or empty when the log names none. */
  readonly cause: (subject: string) => string;
  readonly remedy: string;
}

/** What an install log tells, most telling first. The codes are npm's and Linux's; npm writes them as `npm error code <code>`. */
const INSTALL_CAUSES: readonly LogCause[] = [
  {
    pattern: /EINTEGRITY/,
    fault: 'user',
    subject: /((?:@[\w.-]+\/)?[\w.-]+@[\w.+-]+): (?:integrity|the lockfile)|EINTEGRITY ((?:@[\w.-]+\/)?[\w.-]+@[\w.+-]+)/,
    cause: (subject) => `What the registry sent for ${subject || 'a package'} is not what package-lock.json says it should be.`,
    remedy:
      'Do not use the package until you know why. If it was published anew on purpose, remove its entry from package-lock.json and install again.',
  },
  {
    pattern: /ENOSPC/,
    fault: 'user',
    cause: () => 'The project’s disk in this browser is full.',
    remedy: 'Remove files or packages that are not needed, then install again.',
  },
  {
    pattern: /ENOMEM|out of memory/i,
    fault: 'system',
    cause: () => 'The browser gave no more memory.',
    remedy: 'Close other tabs, then install again.',
  },
  {
    pattern: /ETARGET|No matching version found/,
    fault: 'user',
    subject: /No matching version found for ((?:@[\w.-]+\/)?[\w.-]+@\S*[^\s.])/,
    cause: (subject) => `The registry has no version that fits${subject ? ` ${subject}` : ''}.`,
    remedy: 'Change the version in package.json.',
  },
  {
    pattern: /\bE404\b/,
    fault: 'user',
    subject: /requested resource '([^'\n]+?)(?:@\*)?'/,
    cause: (subject) => `The registry has no package ${subject || 'of that name'}.`,
    remedy: 'Correct the name in package.json.',
  },
  {
    pattern: /\bE40[13]\b/,
    fault: 'system',
    cause: () => 'The package registry refused the server’s credentials.',
    remedy: 'Check the credentials in the npm configuration of the machine that serves Jampot.',
  },
  {
    pattern: /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|\bE5\d\d\b|EREGISTRY|Failed to fetch|fetch failed/,
    fault: 'system',
    cause: () => 'The package registry did not answer.',
    remedy: 'Check the connection of the machine that serves Jampot and its npm registry setting, then try again.',
  },
  {
    pattern: /package-lock\.json[^\n]*(?:in sync|out of date)|EUSAGE/,
    fault: 'user',
    cause: () => 'package.json and package-lock.json do not say the same.',
    remedy: 'Run “npm install” in the terminal to bring the lockfile up to date.',
  },
];

/** What a log says of a part of Node.js that the engine does not have, or null when it speaks of none (engine/node/dump.ts). */
function missingFeature(log: string): Pick<Problem, 'fault' | 'title' | 'cause' | 'remedy'> | null {
  if (!log.includes('ERR_FEATURE_UNAVAILABLE_ON_PLATFORM')) return null;
  const lines = log.split('\n');
  const coded = lines.findIndex((line) => line.includes('ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'));
  const message =
    lines.find((line) => /is not available in this Node\.js runtime/.test(line)) ??
    lines.slice(0, coded + 1).findLast((line) => /^\s*\w*Error\b.*: /.test(line)) ??
    lines[coded] ??
    '';
  const at = lines.indexOf(message);
  // The last `node_modules` of a path is the package itself; those before it only hold it.
  const name = /.*node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//.exec(
    lines.slice(at).find((line) => /^\s*at .*node_modules\//.test(line)) ?? '',
  )?.[1];
  const text = message
    .trim()
    .replace(/^(?:Uncaught )?\w*Error(?: \[\w+\])?: /, '')
    .replace(/\.$/, '');
  return {
    fault: 'system',
    title: 'This tool needs something that is not there yet',
    cause: `${text}.${name === undefined ? '' : ` It was asked for by “${name}”.`}`,
    remedy: 'Jampot’s Node.js does not have that part yet. Another version of the tool, or one that does the same without it, may work.',
  };
}

export function installFailed(log: string, exitCode: number, retry: ProblemAction): Problem {
  const shared = { code: 'install', title: 'Can’t install the packages', action: retry, details: tail(log) } as const;
  const missing = missingFeature(log);
  if (missing) return { ...shared, ...missing };
  for (const { pattern, fault, subject, cause, remedy } of INSTALL_CAUSES) {
    if (!pattern.test(log)) continue;
    const match = subject?.exec(log);
    const name = match?.[1] ?? match?.[2];
    return { ...shared, fault, cause: cause(name === undefined ? '' : `“${name}”`), remedy };
  }
  return {
    ...shared,
    fault: 'user',
    cause: `The install ended with exit code ${exitCode}.`,
    remedy: 'Its log below says what happened. Try again after correcting it.',
  };
}

export function devServerFailed(log: string, exitCode: number, script: string, place: Place | null, retry: ProblemAction): Problem {
  const shared = { code: 'dev', fault: 'user', action: retry, details: tail(log), ...(place && { place }) } as const;
  const taken = /EADDRINUSE(?:[^\n]*:(\d+))?/.exec(log);
  if (taken) {
    return {
      ...shared,
      title: 'The preview’s port is taken',
      cause: `Another program of this project listens on port ${taken[1] ?? 'that the dev server wants'} already.`,
      remedy: 'Stop the other one (Ctrl-C in its terminal), then start the dev server again.',
    };
  }
  const missing = missingFeature(log);
  if (missing) return { ...shared, ...missing };
  return {
    ...shared,
    title: 'The dev server stopped',
    cause: `“npm run ${script}” ended with exit code ${exitCode}.`,
    remedy: 'Correct what its log says, then start it again.',
  };
}

/** Whether a program ended as one that was asked to: by itself and well, or by Ctrl-C or a kill, which npm tells as `signal SIGINT`. */
export function wasStopped(log: string, exitCode: number): boolean {
  // Some tools say that they failed and exit with 0 all the same.
  if (exitCode === 0) return !/EADDRINUSE|ERR_FEATURE_UNAVAILABLE_ON_PLATFORM/.test(log);
  return exitCode === 130 || exitCode === 143 || /^npm error signal SIG(?:INT|TERM)$/m.test(tail(log));
}

export function devServerStopped(script: string, again: ProblemAction): Problem {
  return {
    code: 'dev',
    fault: 'user',
    calm: true,
    title: 'The dev server is stopped',
    cause: `“npm run ${script}” has ended without an error.`,
    remedy: 'Start it again to see the site.',
    action: again,
  };
}

export function buildFailed(log: string, exitCode: number, duration: number, place: Place | null, retry: ProblemAction): Problem {
  const full = /ENOSPC/.test(log);
  const missing = missingFeature(log);
  if (missing) return { code: 'build', ...missing, action: retry, details: tail(log), ...(place && { place }) };
  return {
    code: 'build',
    fault: 'user',
    title: 'The build failed',
    cause: full
      ? 'The project’s disk in this browser is full.'
      : `The build script ended with exit code ${exitCode} after ${formatDuration(duration)}.`,
    remedy: full
      ? 'Remove files or packages that are not needed, then build again.'
      : place
        ? `Look at ${place.path}${place.line === undefined ? '' : `, line ${place.line}`}, then build again.`
        : 'Its log says what went wrong. Correct it, then build again.',
    action: retry,
    details: tail(log),
    ...(place && { place }),
  };
}

export function noScript(kind: 'dev' | 'build', again: ProblemAction): Problem {
  return {
    code: kind,
    fault: 'user',
    title: kind === 'dev' ? 'Nothing to preview yet' : 'Nothing to build',
    cause: `package.json has no “${kind}” script.`,
    remedy:
      kind === 'dev'
        ? 'Add the command that serves your site as "dev" under "scripts".'
        : 'Add the command that builds your site as "build" under "scripts".',
    action: again,
    place: { path: 'package.json' },
  };
}

export function noManifest(kind: 'dev' | 'build', create: () => void): Problem {
  return {
    code: kind,
    fault: 'user',
    title: kind === 'dev' ? 'Nothing to preview yet' : 'Nothing to build',
    cause: 'There is no package.json.',
    remedy: `A project says there how it is ${kind === 'dev' ? 'served' : 'built'}: it needs a “${kind}” script. Plain HTML needs one too, with a tool that serves it.`,
    action: { label: 'Create package.json', run: create },
  };
}

/** `skipped`: what an import left out, at least one entry. */
export function importIncomplete(skipped: readonly { readonly path: string; readonly reason: string }[]): Problem {
  const first = skipped.slice(0, 3).map(({ path, reason }) => `“${path}”: ${reason}`);
  return {
    code: 'import',
    fault: 'user',
    title: `${countOf(skipped.length, 'file')} of the import ${skipped.length === 1 ? 'was' : 'were'} left out`,
    cause: `${first.join(' ')}${skipped.length > first.length ? ` And ${skipped.length - first.length} more.` : ''}`,
    remedy: 'The rest is here. Add what is missing by hand if the site needs it.',
    details: skipped.map(({ path, reason }) => `${path}: ${reason}`).join('\n'),
  };
}

export function brokenManifest(reason: string): Problem {
  return {
    code: 'manifest',
    fault: 'user',
    title: 'package.json cannot be read',
    cause: reason,
    remedy: 'Correct the JSON.',
    place: { path: 'package.json' },
  };
}

export function diskFull(details: string): Problem {
  return {
    code: 'disk-full',
    fault: 'user',
    title: 'The project’s disk is full',
    cause: 'A file could not be written: the project may use a fixed share of this browser’s memory.',
    remedy: 'Remove files or packages that are not needed. What you type stays saved in the editor.',
    details,
  };
}

export function notSaved(details: string, retry: ProblemAction): Problem {
  return {
    code: 'not-saved',
    fault: 'system',
    title: 'Your edits are not saved',
    cause: 'The browser refused to store them. Its storage may be full or switched off for this site.',
    remedy: 'Free some space, then try again. Until then keep this tab open.',
    action: retry,
    details,
  };
}

export function fileNotSynced(path: string, details: string): Problem {
  return {
    code: 'sync',
    fault: 'system',
    title: `“${path}” did not reach the preview`,
    cause: 'The running project did not take the file.',
    remedy: 'The file is safe in the editor. Edit it again, or restart the project.',
    details,
  };
}

function tail(log: string): string {
  return log.trimEnd().split('\n').slice(-40).join('\n');
}
