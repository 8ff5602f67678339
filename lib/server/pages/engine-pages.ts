import { escapeHtml, htmlPage } from './html.ts';

interface HeadlessOptions {
  /** The IDE's origin. */
  readonly base: string;
  readonly project: string;
  readonly outboundFetch: boolean;
  readonly disk: number | null;
  /** The text of `/engine/host.js`, to be written into the page (inline-script.ts); null: the page loads it. */
  readonly hostScript: string | null;
}

/**
 * Page of an engine's host. What the script needs to know stands in its `data-` attributes:
 * `base` (the IDE's origin), `project`, `fetch` ("on" when the server's outbound proxy is), `disk` (bytes of the project's disk, where the server limits it).
 */
export function headlessPage(options: HeadlessOptions): string {
  const { base, project, outboundFetch, disk, hostScript } = options;
  const limit = disk === null ? '' : ` data-disk="${disk}"`;
  const data = `data-base="${escapeHtml(base)}" data-project="${escapeHtml(project)}" data-fetch="${outboundFetch ? 'on' : 'off'}"${limit}`;
  const script = hostScript === null ? `<script src="/engine/host.js" ${data}></script>` : `<script ${data}>${hostScript}</script>`;
  return htmlPage({ title: 'Jampot engine', body: script });
}

interface PreviewOptions {
  /** The IDE's origin. */
  readonly base: string;
  /** Origin of the project's engine: the only one whose messages the preview takes. */
  readonly engine: string;
  readonly port: number;
}

/** Page that a preview's address gives until its service worker answers: it registers the worker and loads the address again. */
export function bootstrapPage(options: PreviewOptions): string {
  const body = `<main id="status"><noscript>This preview is served by the page itself and needs JavaScript.</noscript></main>
<script src="/__jampot/bootstrap.js" ${previewData(options)}></script>`;
  return htmlPage({ title: 'Preview', body });
}

/** Page that the engine's host frames on the preview's origin: it hands the service worker a port to the engine. */
export function bridgePage(options: PreviewOptions): string {
  return htmlPage({ title: 'Preview bridge', body: `<script src="/__jampot/bridge.js" ${previewData(options)}></script>` });
}

function previewData({ base, engine, port }: PreviewOptions): string {
  return `data-base="${escapeHtml(base)}" data-engine="${escapeHtml(engine)}" data-port="${port}"`;
}
