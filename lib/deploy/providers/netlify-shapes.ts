import type { Amount, Changes, PastDeploy, Site } from '../adapter.ts';
import { DeployError } from '../deploy-error.ts';

/** The parts of Netlify's API answers that are used, checked where they come in (`@netlify/open-api`, definitions `site` and `deploy`). */

export interface RemoteDeploy {
  readonly id: string;
  readonly state: string;
  /** SHA-1 digests that are still to be sent. */
  readonly required: readonly string[];
  /** Address of the deploy for ever. */
  readonly url: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly draft: boolean;
  readonly locked: boolean;
  readonly error: string | null;
  readonly size: Amount | null;
  readonly changes: Changes | null;
}

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new DeployError('bad-answer', `The provider’s answer is no ${what}.`, { said: JSON.stringify(value)?.slice(0, 200) });
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new DeployError('bad-answer', `The provider’s answer is no list of ${what}.`, { said: JSON.stringify(value)?.slice(0, 200) });
}

export function readSite(value: unknown): Site {
  const site = fieldsOf(value, 'site');
  const published = isRecord(site.published_deploy) ? site.published_deploy : null;
  return {
    id: required(site, 'id', 'site'),
    name: text(site.name),
    url: requiredUrl([site.ssl_url, site.url], 'site'),
    published: published === null ? null : text(published.id) || null,
    locked: published?.locked === true,
  };
}

export function readDeploy(value: unknown): RemoteDeploy {
  const deploy = fieldsOf(value, 'deploy');
  const links = isRecord(deploy.links) ? deploy.links : {};
  const own = isRecord(deploy.jampot) ? deploy.jampot : {};
  return {
    id: required(deploy, 'id', 'deploy'),
    state: required(deploy, 'state', 'deploy'),
    required: Array.isArray(deploy.required) ? deploy.required.filter((sha) => typeof sha === 'string') : [],
    url: firstUrl([links.permalink, deploy.deploy_ssl_url, deploy.deploy_url]) ?? '',
    title: text(deploy.title),
    created: Date.parse(text(deploy.created_at)) || 0,
    draft: deploy.draft === true || (typeof deploy.context === 'string' && deploy.context !== 'production'),
    locked: deploy.locked === true,
    error: text(deploy.error_message) || null,
    size: isCount(own.files) && isCount(own.bytes) ? { files: own.files, bytes: own.bytes } : null,
    changes: readChanges(own.changed),
  };
}

export function pastDeploy(deploy: RemoteDeploy, published: string | null): PastDeploy {
  const { id, title, created, url, draft, size, changes } = deploy;
  // A preview that was published is none any more.
  return { id, message: title, created, url, draft: draft && id !== published, published: id === published, size, changes };
}

function readChanges(value: unknown): Changes | null {
  if (!isRecord(value)) return null;
  const { added, changed, removed } = value;
  return isCount(added) && isCount(changed) && isCount(removed) ? { added, changed, removed } : null;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function required(fields: Fields, name: string, what: string): string {
  const value = text(fields[name]);
  if (value !== '') return value;
  throw new DeployError('bad-answer', `The provider’s ${what} has no “${name}”.`, { said: JSON.stringify(fields).slice(0, 200) });
}

/** Links are shown and opened: nothing but http(s) may come out. */
function firstUrl(candidates: readonly unknown[]): string | null {
  const found = candidates.find((url) => typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
  return typeof found === 'string' ? found.replace(/\/$/, '') : null;
}

function requiredUrl(candidates: readonly unknown[], what: string): string {
  const url = firstUrl(candidates);
  if (url !== null) return url;
  throw new DeployError('bad-answer', `The provider’s ${what} has no address.`);
}
