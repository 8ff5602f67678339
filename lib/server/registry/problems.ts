import { ProblemError } from '../problem.ts';

/** What a registry's refusal of a package means to the person who installs it. The registry's address is not told: it may be private. */
export function packageProblem(status: number, name: string): ProblemError {
  if (status === 404) {
    return new ProblemError(404, {
      code: 'REGISTRY_NOT_FOUND',
      title: `There is no package "${name}"`,
      cause: 'The registry answered 404 to the request for it.',
      remedy:
        'Check the spelling of the name and version in package.json. A private package needs credentials in the npm configuration of the server.',
    });
  }
  if (status === 401 || status === 403) {
    return new ProblemError(403, {
      code: 'REGISTRY_FORBIDDEN',
      title: `The registry refuses "${name}"`,
      cause: `It answered ${status}: the credentials of the server are missing or not enough.`,
      remedy: 'Run "npm login" on the server, or set the token in its npmrc.',
    });
  }
  return new ProblemError(502, {
    code: 'REGISTRY_FAILED',
    title: `The registry failed at "${name}"`,
    cause: `It answered ${status}.`,
    remedy: 'Try again in a while.',
  });
}

export function unreachable(name: string, cause: unknown): ProblemError {
  const code = (cause as NodeJS.ErrnoException).code;
  const reason = cause instanceof Error ? cause.name : 'unknown error';
  return new ProblemError(
    502,
    {
      code: 'REGISTRY_UNREACHABLE',
      title: 'The registry cannot be reached',
      cause: `The request for "${name}" failed (${code ?? reason}).`,
      remedy: 'Check the network of the server and its npm configuration ("npm ping" there must work).',
    },
    { cause },
  );
}

export function foreignTarball(name: string, host: string): ProblemError {
  return new ProblemError(502, {
    code: 'REGISTRY_FOREIGN_HOST',
    title: `"${name}" is not kept by the registry`,
    cause: `Its files are at ${host}; this server asks no host but its configured registry.`,
    remedy: 'Use a registry that keeps the package’s files itself.',
  });
}

export function refusedTarball(name: string): ProblemError {
  return new ProblemError(403, {
    code: 'REGISTRY_TARBALL_PATH',
    title: `The address of a tarball of "${name}" is refused`,
    cause: 'It is not a .tgz or .tar.gz file below the address of the registry.',
    remedy: 'Use a registry that keeps the package’s files below its own address.',
  });
}
