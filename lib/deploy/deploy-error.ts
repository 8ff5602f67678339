import { JampotError } from '../errors/problem.ts';

export type DeployErrorCode =
  /** No answer, however often it was tried. */
  | 'unreachable'
  /** 401 */
  | 'unauthorized'
  /** 403 */
  | 'forbidden'
  /** 404 */
  | 'not-found'
  /** 404 for the site itself: it was deleted, or the key or token is not its own. */
  | 'site-gone'
  /** 429, for longer than is worth waiting */
  | 'rate-limited'
  /** 507 */
  | 'provider-full'
  /** 5xx, however often it was tried */
  | 'provider-failed'
  /** Another 4xx: the request is not to the provider's liking. */
  | 'refused'
  /** The provider ended the deploy with an error. */
  | 'deploy-failed'
  /** Files were sent and the provider still says that it has not got them. */
  | 'file-forgotten'
  /** The published deploy is locked. */
  | 'locked'
  /** An answer that is not what the API promises. */
  | 'bad-answer'
  | 'cancelled';

export interface DeployErrorDetails {
  /** The provider's own words. */
  readonly said?: string | undefined;
  readonly status?: number | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** Why a call of a provider failed. `message` says the action and what came of it. */
export class DeployError extends JampotError {
  declare readonly code: DeployErrorCode;
  readonly said: string | null;
  readonly status: number | null;
  readonly retryAfter: number | null;

  constructor(code: DeployErrorCode, message: string, { said, status, retryAfter, cause }: DeployErrorDetails = {}) {
    super(code, message, { fault: code === 'unauthorized' || code === 'locked' || code === 'cancelled' ? 'user' : 'system', cause });
    this.name = 'DeployError';
    this.said = said ?? null;
    this.status = status ?? null;
    this.retryAfter = retryAfter ?? null;
  }
}

export function cancelled(): DeployError {
  return new DeployError('cancelled', 'The deploy was cancelled.');
}
