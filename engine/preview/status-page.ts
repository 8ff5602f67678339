/** The page that stands where the guest's would: what happened, why, and what to do. It loads again by itself when the guest can be reached. */
import type { GuestFailure } from '../protocol/preview-messages.ts';
import type { PreviewPlace } from './preview-place.ts';
import { STATUS_STYLE } from './status-style.ts';

export interface StatusPageOptions {
  readonly reason: GuestFailure | 'gone';
  /** Folded away. */
  readonly message: string;
  readonly port: number;
  readonly place: PreviewPlace;
}

interface Words {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
}

function wordsOf({ reason, port, place }: StatusPageOptions): Words {
  switch (reason) {
    case 'closed':
      return {
        title: `Nothing listens on port ${port} yet`,
        cause: 'The project runs, but none of its programs serves this port.',
        remedy: 'Start its dev server. The page appears by itself as soon as the server is there.',
      };
    case 'gone':
      return {
        title: 'This project is not open',
        cause: `A preview is served by the tab in which its project is open, and no tab of this browser has "${place.project}" open.`,
        remedy: 'Open the project and start its dev server. The page appears here by itself.',
      };
    case 'cut':
      return {
        title: "The server didn't answer",
        cause: `The program on port ${port} ended the connection before its answer was complete. It may have stopped with an error.`,
        remedy: 'Look at the terminal that runs it, then reload.',
      };
    case 'garbage':
      return {
        title: `Port ${port} doesn't serve pages`,
        cause: 'What the program on this port answered is no web page that can be shown here.',
        remedy: 'Choose another port, or look at the terminal that runs the program.',
      };
  }
}

/** Asks the service worker whether things changed; its answer comes when they did. */
const WATCH = `(async (known) => {
  for (;;) {
    try {
      const { status } = await (await fetch('/__jampot/status?is=' + known, { cache: 'no-store' })).json();
      if (status === 'open') return location.reload();
      if (status !== known) return location.reload();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
})`;

export function statusPage(options: StatusPageOptions): string {
  const { reason, message, place } = options;
  const { title, cause, remedy } = wordsOf(options);
  const isWaiting = reason === 'closed' || reason === 'gone';
  const open =
    reason === 'gone'
      ? `<a class="button" href="${escapeHtml(`${place.base}/p/${place.project}`)}" target="_blank" rel="noopener">Open the project</a>`
      : '';
  const reload = isWaiting ? '' : '<button class="button" onclick="location.reload()">Reload</button>';
  const details = isWaiting ? '' : `<details><summary>Details</summary><code>${escapeHtml(message)}</code></details>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STATUS_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(cause)}</p>
<p>${escapeHtml(remedy)}</p>
${open}${reload}${details}
</main>
${isWaiting ? `<script>${WATCH}(${JSON.stringify(reason)})</script>` : ''}
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
