/**
 * The three ways in which Node's library asks the fs binding: synchronously (no request), with a callback (FSReqCallback) and for a promise
 * (kUsePromises). Stands for src/node_file.h's FSReqBase family. Operations on the shared file system end at once; only the answer comes later.
 */
import { activeResources } from '../active-resources.ts';
import { AsyncWrap, completeRequest } from '../async-wrap.ts';
import type { Callable, Environment } from '../environment.ts';

/** A failed system call: what an exception needs. */
export class Failure {
  readonly errno: number;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;
  constructor(errno: number, syscall: string, path?: string, dest?: string) {
    this.errno = errno;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
  }
}

export type Outcome = unknown;

export interface Requests {
  readonly FSReqCallback: new (bigint?: boolean) => AsyncWrap;
  readonly kUsePromises: symbol;
  /** Answers in the way that `request` asks for. */
  answer(request: unknown, outcome: Outcome | Failure): unknown;
  /** As `answer`, for an operation that ends later; must not be used without a request. */
  later(request: unknown, operation: (done: (outcome: Outcome | Failure) => void) => void): unknown;
  error(failure: Failure): Error;
}

export function createRequests(environment: Environment): Requests {
  const kUsePromises = environment.symbols['fs_use_promises_symbol'] ?? Symbol('fs_use_promises_symbol');

  class FSReqCallback extends AsyncWrap {
    oncomplete: Callable | undefined;
    context: unknown;
    constructor(bigint?: boolean) {
      super(environment, 'FSREQCALLBACK');
      void bigint;
    }
  }

  const error = ({ errno, syscall, path, dest }: Failure): Error => environment.uvException(errno, syscall, undefined, path, dest);

  const settle = (request: unknown, outcome: Outcome | Failure): void => {
    const wrap = request as FSReqCallback;
    if (outcome instanceof Failure) completeRequest(wrap, 'oncomplete', error(outcome));
    else if (outcome === undefined) completeRequest(wrap, 'oncomplete', null);
    else completeRequest(wrap, 'oncomplete', null, outcome);
  };

  const later: Requests['later'] = (request, operation) => {
    const pending = environment.loop.request();
    if (request === kUsePromises) {
      return new Promise((resolve, reject) => {
        operation((outcome) =>
          pending.done(() => {
            if (outcome instanceof Failure) reject(error(outcome));
            else resolve(outcome);
          }),
        );
      });
    }
    const active = activeResources(environment);
    const wrap = request as FSReqCallback;
    active.addRequest(wrap, 'FSREQCALLBACK');
    operation((outcome) =>
      pending.done(() => {
        active.removeRequest(wrap);
        settle(wrap, outcome);
      }),
    );
    return undefined;
  };

  return {
    FSReqCallback,
    kUsePromises,
    error,
    later,
    answer: (request, outcome) => {
      if (request === undefined) {
        if (outcome instanceof Failure) throw error(outcome);
        return outcome;
      }
      return later(request, (done) => done(outcome));
    },
  };
}
