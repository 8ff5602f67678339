/** Escapes text for HTML element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

interface Page {
  readonly title: string;
  /** Markup. */
  readonly body: string;
  /** Markup. */
  readonly head?: string;
}

export function htmlPage({ title, body, head = '' }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${head}</head>
<body>
${body}
</body>
</html>
`;
}

const MESSAGE_STYLE = `<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 36rem; margin: 15vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.25rem; }
</style>
`;

/** A page that says what happened, why, and what to do. */
export function messagePage(message: { readonly title: string; readonly cause: string; readonly remedy: string }): string {
  const { title, cause, remedy } = message;
  const body = `<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(cause)}</p><p>${escapeHtml(remedy)}</p></main>`;
  return htmlPage({ title, head: MESSAGE_STYLE, body });
}
