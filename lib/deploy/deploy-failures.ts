import type { Problem, ProblemAction } from '../errors/problem.ts';
import { messageOf } from '../errors/problem.ts';
import { formatDuration } from '../format.ts';
import { DeployError } from './deploy-error.ts';
import { PROVIDER_NAMES, type ProviderId } from './provider-id.ts';

/** What could not be done, as the title says it: “Can’t deploy”. */
export type DeployDeed = 'deploy' | 'roll back' | 'list the deploys' | 'lock the site' | 'unlock the site' | 'use this token';

type Words = Pick<Problem, 'fault' | 'cause' | 'remedy'>;

/** A failed call of a provider, in the words that users read. */
export function deployFailed(error: unknown, deed: DeployDeed, provider: ProviderId, retry?: ProblemAction): Problem {
  const shared = { code: 'deploy', title: `Can’t ${deed}`, ...(retry !== undefined && { action: retry }) };
  if (!(error instanceof DeployError)) {
    return {
      ...shared,
      fault: 'system',
      cause: messageOf(error),
      remedy: 'Try again. Your site shows what it showed before.',
      details: stackOf(error),
    };
  }
  const { status, message } = error;
  const details = [message, error.said, status === null ? null : `HTTP status ${status}`].filter((line) => line !== null).join('\n');
  return { ...shared, ...wordsOf(error, PROVIDER_NAMES[provider], provider), details };
}

function wordsOf(error: DeployError, name: string, provider: ProviderId): Words {
  const { code, said, retryAfter } = error;
  const quoted = said === null ? '' : ` It says: “${said}”`;
  const whole = 'Your site shows what it showed before.';
  switch (code) {
    case 'unreachable':
      return {
        fault: 'system',
        cause: `${name} does not answer, however often it is asked.`,
        remedy: `Check the connection, then try again: what has arrived is not sent twice. ${whole}`,
      };
    case 'unauthorized':
    case 'forbidden':
      return provider === 'edge'
        ? {
            fault: 'user',
            cause: `This browser has not got the key of this site.${quoted}`,
            remedy: `Deploy from the browser that made the site. ${whole}`,
          }
        : {
            fault: 'user',
            cause: `${name} does not take the token.${quoted}`,
            remedy: 'Enter another token; it may have expired or been revoked.',
          };
    case 'not-found':
      return {
        fault: 'user',
        cause: `${name} has no such deploy any more.${quoted}`,
        remedy: `Try again. ${whole}`,
      };
    case 'site-gone':
      return provider === 'edge'
        ? {
            fault: 'user',
            cause: `${name} has no such site any more, or this browser has not got its key.`,
            remedy: 'Make a new site. It gets an address of its own.',
          }
        : {
            fault: 'user',
            cause: `${name} has no such site any more.${quoted}`,
            remedy: 'Choose another site, or make a new one.',
          };
    case 'rate-limited':
      return {
        fault: 'system',
        cause: `${name} takes no more requests at the moment.${quoted}`,
        remedy: `Try again ${retryAfter === null ? 'later' : `in ${formatDuration(retryAfter * 1000)}`}. ${whole}`,
      };
    case 'provider-full':
      return {
        fault: 'system',
        cause: `${name} has no space left.${quoted}`,
        remedy:
          provider === 'edge'
            ? `Free space on the disk of the server’s data folder, then try again. ${whole}`
            : `Free space there, then try again. ${whole}`,
      };
    case 'provider-failed':
      return { fault: 'system', cause: `${name} failed.${quoted}`, remedy: `Try again in a minute. ${whole}` };
    case 'refused':
      return { fault: 'user', cause: `${name} did not accept it.${quoted}`, remedy: `Change what it names, then try again. ${whole}` };
    case 'deploy-failed':
      return { fault: 'system', cause: `${name} ended the deploy.${quoted}`, remedy: `Try again. ${whole}` };
    case 'file-forgotten':
      return { fault: 'system', cause: error.message, remedy: `Try again; if it stays, the provider has a fault. ${whole}` };
    case 'locked':
      return { fault: 'user', cause: 'The site is locked at the deploy that it shows.', remedy: 'Unlock it, or make a preview deploy.' };
    case 'bad-answer':
      return {
        fault: 'system',
        cause: `${name} answered something that its API does not promise.${quoted}`,
        remedy: `Try again. ${whole}`,
      };
    case 'cancelled':
      return { fault: 'user', cause: 'It was cancelled.', remedy: whole };
  }
}

/** The build made a folder without a file in it. */
export function nothingToDeploy(folder: string): Problem {
  return {
    code: 'deploy',
    fault: 'user',
    title: 'Nothing to deploy',
    cause: `The build left no file in “${folder}”.`,
    remedy: 'Look at the build’s log, then build again.',
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
