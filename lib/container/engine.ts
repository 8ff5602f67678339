import type { WebContainer } from '@webcontainer/api';

/** The part of the official client that the IDE uses. Tests hand in a fake of this type. */
export type Engine = Pick<WebContainer, 'fs' | 'spawn' | 'on' | 'mount' | 'export' | 'setPreviewScript' | 'teardown' | 'workdir'>;

/** Which engine a page boots: Jampot's own below this host, or the vendor's hosted one through the same client. */
export type EngineChoice = { readonly kind: 'own' } | { readonly kind: 'hosted'; readonly apiKey: string };

/** Reads the server's settings JAMPOT_ENGINE (`own` or `hosted`) and JAMPOT_ENGINE_API_KEY. */
export function engineChoice(env: Readonly<Record<string, string | undefined>>): EngineChoice {
  const kind = env.JAMPOT_ENGINE ?? 'own';
  if (kind === 'own') return { kind };
  if (kind !== 'hosted') throw new Error(`JAMPOT_ENGINE is “${kind}”: it can be “own” or “hosted”.`);
  const apiKey = env.JAMPOT_ENGINE_API_KEY;
  if (apiKey === undefined || apiKey === '')
    throw new Error('JAMPOT_ENGINE=hosted needs JAMPOT_ENGINE_API_KEY, the key that the vendor gave you.');
  return { kind, apiKey };
}
