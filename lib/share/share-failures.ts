import { messageOf, type Problem, type ProblemAction } from '../errors/problem.ts';
import { formatBytes } from '../format.ts';
import { ShareError } from './client.ts';
import { FragmentError, type FragmentFault } from './fragment.ts';

/** What kept a share from being opened or published, in words for the user. */
export function shareProblem(error: unknown, doing: 'open' | 'publish' | 'delete', again: ProblemAction): Problem {
  if (error instanceof FragmentError) return { code: 'share', fault: 'user', ...FRAGMENT[error.fault], details: error.message };
  if (!(error instanceof ShareError)) {
    return {
      code: 'share',
      fault: 'system',
      title: TITLES[doing],
      cause: 'Jampot made a mistake, or the browser refused to store something.',
      remedy: 'Try again. If it stays, download the project as a zip.',
      action: again,
      details: messageOf(error),
    };
  }
  const { code, problem } = error;
  if (code === 'UNREACHABLE' || code === 'SERVER_ERROR' || code === 'UNEXPECTED') {
    return {
      code: 'share',
      fault: 'system',
      title: code === 'UNREACHABLE' ? 'The server does not answer' : 'The server failed',
      cause:
        doing === 'open'
          ? 'The shared project could not be fetched.'
          : doing === 'publish'
            ? 'The share was not changed: its link shows what it showed before.'
            : 'The share was not deleted.',
      remedy: 'Check your connection, then try again.',
      action: again,
      details: error.message,
    };
  }
  if (code === 'BROKEN') {
    return {
      code: 'share',
      fault: 'system',
      title: 'This share is damaged',
      cause: 'What the server sent is not what was shared, so none of it was opened.',
      remedy: 'Try again. If it stays, ask whoever shared it to share it anew.',
      action: again,
      details: error.message,
    };
  }
  if (code === 'SHARE_UNKNOWN' && doing === 'open') return notHere();
  const isPassing = code === 'RATE_LIMITED' || code === 'SHARE_MOVED' || code === 'STORAGE_FULL' || code === 'HASH_MISMATCH';
  return {
    code: 'share',
    fault: code === 'STORAGE_FULL' ? 'system' : 'user',
    title: problem?.title ?? TITLES[doing],
    cause: problem?.cause ?? error.message,
    remedy: problem?.remedy ?? 'Try again.',
    ...(isPassing && { action: again }),
  };
}

/** Neither a project of this browser nor a share. */
export function notHere(): Problem {
  return {
    code: 'share',
    fault: 'user',
    calm: true,
    title: 'This project is not in this browser',
    cause: 'Projects live in the browser they were made in, and nobody has shared one under this address.',
    remedy: 'Check the address, or ask whoever sent it to share the project.',
  };
}

/** @param bytes what would be shared */
export function tooLargeToShare(cause: string, bytes: number): Problem {
  return {
    code: 'share',
    fault: 'user',
    title: 'The project is too large to share',
    cause: `${cause} (${formatBytes(bytes)} in all.)`,
    remedy: 'Name large files in .gitignore so that they stay here, or hand the project over as a zip.',
  };
}

const TITLES = {
  open: 'Can’t open this share',
  publish: 'Can’t share the project',
  delete: 'Can’t delete the share',
} as const;

const FRAGMENT: Readonly<Record<FragmentFault, Pick<Problem, 'title' | 'cause' | 'remedy'>>> = {
  damaged: {
    title: 'The project in this link is damaged',
    cause: 'Characters of the link are missing or changed: mail and chat programs cut long links.',
    remedy: 'Ask for the link again, or for one that is kept on the server.',
  },
  newer: {
    title: 'This link is of a newer Jampot',
    cause: 'It is written in a form that this version does not know.',
    remedy: 'Open it on the server that it was made on, or load this page again after an update.',
  },
  large: {
    title: 'The project in this link is too large',
    cause: 'Unpacked it takes more memory than a link may ask for.',
    remedy: 'Ask for a link that is kept on the server, or for a zip.',
  },
};
