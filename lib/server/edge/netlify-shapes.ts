import { edgeOrigin, type Base } from '../../origins.ts';
import type { DeployRecord, SiteRecord } from './records.ts';

/** Answers as in `@netlify/open-api` (definitions `site`, `deploy`, `file`), with our own fields under `jampot`. */

/** There are no accounts: every key is alone in one of this name. */
export const ACCOUNT = 'jampot';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export function accountJson(): object {
  return {
    id: ACCOUNT,
    slug: ACCOUNT,
    name: 'Jampot',
    type: 'jampot',
    type_name: 'Jampot',
    default: true,
    roles_allowed: [],
    capabilities: {},
  };
}

/** @param key hash of the deploy key */
export function userJson(key: string): object {
  return { id: key.slice(0, 24), uid: key.slice(0, 24), full_name: 'A deploy key', email: '', site_count: 0, login_providers: [] };
}

/** @param shown the deploy that it shows */
export function siteJson(base: Base, site: SiteRecord, shown: DeployRecord | null): object {
  const url = edgeOrigin(base, site.name);
  return {
    id: site.id,
    site_id: site.id,
    name: site.name,
    state: 'current',
    plan: ACCOUNT,
    account_id: ACCOUNT,
    account_slug: ACCOUNT,
    account_name: 'Jampot',
    url,
    ssl_url: url,
    deploy_url: shown === null ? url : edgeOrigin(base, site.name, shown.id),
    // Where the API tells of it: there is no page for people.
    admin_url: adminUrl(base, site),
    default_domain: new URL(url).host,
    custom_domain: null,
    domain_aliases: [],
    ssl: base.protocol === 'https:',
    force_ssl: null,
    managed_dns: false,
    created_at: iso(site.created),
    updated_at: iso(site.updated),
    published_deploy: shown && deployJson(base, site, shown, []),
    build_settings: {},
    processing_settings: {},
    capabilities: {},
    feature_flags: {},
    jampot: { anonymous: site.anonymous, locked: site.locked },
  };
}

/** @param required SHA-1s that are still to be sent */
export function deployJson(base: Base, site: SiteRecord, deploy: DeployRecord, required: readonly string[]): object {
  const url = edgeOrigin(base, site.name);
  const own = edgeOrigin(base, site.name, deploy.id);
  const publication = site.published.find((one) => one.deploy === deploy.id);
  return {
    id: deploy.id,
    site_id: site.id,
    build_id: null,
    user_id: null,
    name: site.name,
    state: deploy.state,
    required,
    required_functions: [],
    url,
    ssl_url: url,
    deploy_url: own,
    deploy_ssl_url: own,
    admin_url: adminUrl(base, site),
    links: { permalink: own, alias: own },
    title: deploy.title,
    branch: deploy.branch,
    context: deploy.branch !== null ? 'branch-deploy' : deploy.draft ? 'deploy-preview' : 'production',
    draft: deploy.draft,
    locked: site.locked && site.published[0]?.deploy === deploy.id,
    skipped: false,
    manual_deploy: true,
    error_message: deploy.error,
    created_at: iso(deploy.created),
    updated_at: iso(deploy.updated),
    published_at: publication === undefined ? null : iso(publication.at),
    summary: {
      status: deploy.state === 'ready' ? 'ready' : 'unavailable',
      messages: deploy.remarks.map((remark) => ({ ...remark, details: null })),
    },
    jampot: { files: deploy.files, bytes: deploy.bytes, changed: deploy.changes },
  };
}

export function fileJson(path: string, sha1: string, size: number, mime: string): object {
  return { id: `/${path}`, path: `/${path}`, sha: sha1, size, mime_type: mime };
}

function adminUrl(base: Base, site: SiteRecord): string {
  return `${base.origin}/api/v1/sites/${site.id}`;
}
