/** The providers that the IDE can deploy to. */
export type ProviderId = 'edge' | 'netlify';

export const PROVIDER_NAMES: Readonly<Record<ProviderId, string>> = { edge: 'This server', netlify: 'Netlify' };

export function isProviderId(value: unknown): value is ProviderId {
  return value === 'edge' || value === 'netlify';
}
