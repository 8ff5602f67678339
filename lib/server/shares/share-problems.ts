import type { ManifestError, ShareLimits } from '../../share/manifest.ts';
import { ProblemError } from '../problem.ts';
import { StorageError } from '../storage/storage.ts';

export function shareUnknown(id: string): ProblemError {
  return new ProblemError(404, {
    code: 'SHARE_UNKNOWN',
    title: 'There is no such share',
    cause: `Nobody has shared a project as “${id}” on this server.`,
    remedy: 'Check the address, or ask whoever sent it for a new one.',
  });
}

export function versionUnknown(id: string, version: number): ProblemError {
  return new ProblemError(404, {
    code: 'SHARE_UNKNOWN',
    title: 'There is no such version',
    cause: `The share “${id}” has no version ${version}.`,
    remedy: 'Open the share without a version: that shows the newest one.',
  });
}

export function shareDeleted(): ProblemError {
  return new ProblemError(410, {
    code: 'SHARE_DELETED',
    title: 'This share was deleted',
    cause: 'Its author has taken it back.',
    remedy: 'Ask the author to share the project again.',
  });
}

export function keyMissing(): ProblemError {
  return new ProblemError(401, {
    code: 'SHARE_KEY_MISSING',
    title: 'An edit key is needed',
    cause: 'The request has no header “Authorization: Bearer <edit key>” with a key of at least 32 characters.',
    remedy: 'Share from the browser that made the share: it keeps the key.',
  });
}

export function keyWrong(): ProblemError {
  return new ProblemError(403, {
    code: 'SHARE_NOT_YOURS',
    title: 'This share belongs to somebody else',
    cause: 'The edit key is not the one that the share was made with.',
    remedy: 'Share from the browser that made the share, or make a copy of the project and share that.',
  });
}

export function shareMoved(newest: number): ProblemError {
  return new ProblemError(409, {
    code: 'SHARE_MOVED',
    title: 'The share has moved on',
    cause: `Version ${newest} was published meanwhile, from another tab or browser.`,
    remedy: 'Look at it, then share again to put yours on top.',
  });
}

export function uploadUnknown(): ProblemError {
  return new ProblemError(409, {
    code: 'UPLOAD_UNKNOWN',
    title: 'The upload is gone',
    cause: 'It was not begun here, is done already, or lay still for more than a day.',
    remedy: 'Share again from the start.',
  });
}

export function uploadIncomplete(missing: readonly string[]): ProblemError {
  return new ProblemError(409, {
    code: 'UPLOAD_INCOMPLETE',
    title: 'Files are missing',
    cause: `${missing.length} files of the version have not arrived, “${missing[0] ?? ''}” for one.`,
    remedy: 'Send them, then finish again.',
  });
}

export function blobNotNamed(): ProblemError {
  return new ProblemError(404, {
    code: 'NOT_IN_SHARE',
    title: 'No file of this share has that hash',
    cause: 'The manifest does not name it.',
    remedy: 'Ask for a hash of the manifest.',
  });
}

export function tooManyVersions(most: number): ProblemError {
  return new ProblemError(409, {
    code: 'SHARE_FULL',
    title: 'This share has too many versions',
    cause: `A share has at most ${most} versions.`,
    remedy: 'Delete the share and share the project anew.',
  });
}

export function badRequest(cause: string): ProblemError {
  return new ProblemError(400, {
    code: 'BAD_REQUEST',
    title: 'The request cannot be understood',
    cause,
    remedy: 'Load the page again: it may be of another version than the server.',
  });
}

export function bodyTooLarge(limit: number): ProblemError {
  return new ProblemError(413, {
    code: 'SHARE_TOO_LARGE',
    title: 'The request is too large',
    cause: `Its body has more than ${limit} bytes.`,
    remedy: 'Leave large files out of the share.',
  });
}

export function manifestRefused(error: ManifestError, limits: ShareLimits): ProblemError {
  if (error.reason === 'format') {
    return new ProblemError(
      422,
      {
        code: 'MANIFEST_INVALID',
        title: 'This is no project that can be shared',
        cause: error.message,
        remedy: 'Share the project again from the IDE.',
      },
      { cause: error },
    );
  }
  return new ProblemError(
    413,
    {
      code: 'SHARE_TOO_LARGE',
      title: 'The project is too large to share',
      cause: error.message,
      remedy:
        error.reason === 'bytes'
          ? `Leave large files out, or let whoever runs this server raise JAMPOT_SHARE_BYTES (${limits.bytes}).`
          : `Leave files out, or let whoever runs this server raise JAMPOT_SHARE_FILES (${limits.files}).`,
    },
    { cause: error },
  );
}

/** What a store refused, as an answer; anything else is thrown on. */
export function storageRefused(error: unknown): ProblemError {
  if (!(error instanceof StorageError)) throw error;
  switch (error.code) {
    case 'HASH_MISMATCH':
      return new ProblemError(
        422,
        {
          code: 'HASH_MISMATCH',
          title: 'A file changed on its way',
          cause: error.message,
          remedy: 'Share again; if it stays, look at the connection.',
        },
        { cause: error },
      );
    case 'TOO_LARGE':
      return new ProblemError(
        413,
        { code: 'SHARE_TOO_LARGE', title: 'A file is larger than the manifest says', cause: error.message, remedy: 'Share again.' },
        { cause: error },
      );
    case 'STORAGE_FULL':
      return new ProblemError(
        507,
        {
          code: 'STORAGE_FULL',
          title: 'The server’s disk is full',
          cause: 'The server could not store the project.',
          remedy: 'Tell whoever runs this server. Until then share in the URL itself, or as a zip.',
        },
        { cause: error },
      );
    case 'BAD_KEY':
      throw error;
  }
}
