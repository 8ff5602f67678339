import { ProblemError } from '../problem.ts';

/** What clients of the deploy API are told. Each code has one cause and one remedy. */

const problem = (status: number, code: string, title: string, cause: string, remedy: string): ProblemError =>
  new ProblemError(status, { code, title, cause, remedy });

export const noKey = (): ProblemError =>
  problem(
    401,
    'EDGE_NO_KEY',
    'A deploy key is needed',
    'The request has no “Authorization: Bearer …” of at least 32 characters.',
    'Draw a long random key once and send it with every request: the sites that it makes are its own.',
  );

/** Sites and deploys of other keys are not told apart from those that do not exist. */
export const notFound = (what: string): ProblemError =>
  problem(404, 'EDGE_NOT_FOUND', 'Not Found', `This key has no such ${what}.`, 'Check the address and the deploy key.');

export const noSuchCall = (method: string, path: string): ProblemError =>
  problem(
    404,
    'EDGE_NO_SUCH_CALL',
    'Not Found',
    `The deploy API has no ${method} ${path}.`,
    'docs/deploying.md lists the calls that there are.',
  );

export const badRequest = (cause: string): ProblemError =>
  problem(400, 'EDGE_BAD_REQUEST', 'The request is malformed', cause, 'Send what Netlify’s API describes for this call.');

export const notJson = (type: string): ProblemError =>
  problem(
    415,
    'EDGE_NOT_JSON',
    'The body must be JSON',
    `The request’s Content-Type is ${type === '' ? 'missing' : `“${type}”`}.`,
    'Send the body as application/json.',
  );

export const nameTaken = (name: string): ProblemError =>
  problem(422, 'EDGE_NAME_TAKEN', 'The name is taken', `There is a site “${name}” already.`, 'Choose another name.');

export const badName = (name: string): ProblemError =>
  problem(
    422,
    'EDGE_BAD_NAME',
    'The name cannot be part of an address',
    `“${name.slice(0, 80)}” is not made of lower-case letters, digits and single hyphens, at most 37 of them.`,
    'Choose a name like “my-site”.',
  );

export const badPath = (path: string, why: string): ProblemError =>
  problem(422, 'EDGE_BAD_PATH', 'A file’s path cannot be served', `“${path.slice(0, 200)}” ${why}.`, 'Rename the file and deploy again.');

export const badDigest = (path: string): ProblemError =>
  problem(
    422,
    'EDGE_BAD_DIGEST',
    'A file’s digest is malformed',
    `The digest of “${path.slice(0, 200)}” is no SHA-1 of 40 hexadecimal digits.`,
    'Send {"files": {path: SHA-1}}.',
  );

export const notInDeploy = (path: string): ProblemError =>
  problem(
    422,
    'EDGE_NOT_IN_DEPLOY',
    'The deploy has no such file',
    `“${path.slice(0, 200)}” is not among the paths that the deploy was made of.`,
    'Send the list of files first.',
  );

export const wrongBytes = (path: string, expected: string, actual: string): ProblemError =>
  problem(
    422,
    'EDGE_WRONG_BYTES',
    'The file’s bytes are not those that were announced',
    `“${path.slice(0, 200)}” should have the SHA-1 ${expected} and has ${actual}. The file has changed, or was damaged on the way.`,
    'Deploy again.',
  );

export const immutable = (id: string, state: string): ProblemError =>
  problem(
    422,
    'EDGE_DEPLOY_IMMUTABLE',
    'The deploy cannot be changed any more',
    `The deploy ${id} is ${state === 'error' ? 'ended' : 'complete'}.`,
    'Make a new deploy.',
  );

export const notReady = (id: string): ProblemError =>
  problem(422, 'EDGE_DEPLOY_NOT_READY', 'The deploy is not complete', `The deploy ${id} lacks files.`, 'Wait until it is ready.');

export const noFilesYet = (id: string): ProblemError =>
  problem(422, 'EDGE_NO_FILES_YET', 'The deploy has no list of files', `The deploy ${id} was given none.`, 'Send the list of files first.');

export const notPublished = (id: string): ProblemError =>
  problem(
    422,
    'EDGE_NOT_PUBLISHED',
    'Only the deploy that the site shows can be locked',
    `The site shows another one than ${id}.`,
    'Restore the deploy first, then lock it.',
  );

export const stillPublished = (id: string): ProblemError =>
  problem(
    422,
    'EDGE_STILL_PUBLISHED',
    'The deploy is what the site shows',
    `The site shows the deploy ${id}.`,
    'Publish another one first, or delete the site.',
  );

export const nothingBefore = (): ProblemError =>
  problem(
    422,
    'EDGE_NOTHING_BEFORE',
    'There is nothing to roll back to',
    'The site has shown no other deploy before, or that one was deleted.',
    'Restore a deploy of the list.',
  );

export const tooLarge = (what: string, limit: number): ProblemError =>
  problem(
    413,
    'EDGE_TOO_LARGE',
    'This is more than a deploy may have',
    `${what}; the limit of this server is ${limit.toLocaleString('en')}.`,
    'Deploy less, or raise the limit on the server (docs/deploying.md).',
  );

export const tooMany = (what: string, limit: number, remedy: string): ProblemError =>
  problem(422, 'EDGE_TOO_MANY', `There are too many ${what}`, `The limit of this server is ${limit.toLocaleString('en')}.`, remedy);

export const badArchive = (cause: string): ProblemError =>
  problem(422, 'EDGE_BAD_ARCHIVE', 'The zip archive cannot be used', cause, 'Make the archive again, without encryption, and deploy it.');

export const storageFull = (): ProblemError =>
  problem(
    507,
    'EDGE_STORAGE_FULL',
    'The server has no space left',
    'The disk that keeps deploys is full. What was published before is untouched.',
    'Free space on the server, then deploy again: what was sent already is kept.',
  );

export const busy = (): ProblemError =>
  problem(
    409,
    'EDGE_BUSY',
    'Somebody else is changing this',
    'Other requests changed the same site at the same time, again and again.',
    'Try again.',
  );
