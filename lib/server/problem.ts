/** An error that a client of the API can act on. */
export interface Problem {
  /** Stable, upper case: `REGISTRY_UNREACHABLE`. */
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
}

/** Carries a Problem and the HTTP status to answer with. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly problem: Problem;
  /** More headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, problem: Problem, options: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {}) {
    super(`${problem.title}: ${problem.cause}`, options);
    this.status = status;
    this.problem = problem;
    this.headers = options.headers ?? {};
  }
}

export function problemResponse(status: number, problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(problem, { status, headers: { ...headers, 'Cache-Control': 'no-store' } });
}

/** Runs a handler; a ProblemError becomes its answer, anything else a 500 without details of the server. */
export async function answer(handler: () => Promise<Response>): Promise<Response> {
  try {
    return await handler();
  } catch (error) {
    if (error instanceof ProblemError) return problemResponse(error.status, error.problem, error.headers);
    console.error(error);
    return problemResponse(500, {
      code: 'SERVER_ERROR',
      title: 'The server failed',
      cause: 'An error that was not expected; its details are in the log of the server.',
      remedy: 'Try again; if it stays, look at the log of the server.',
    });
  }
}
