/** What goes wrong with a request on its way. */
export type Fault =
  /** The connection is cut before the request arrives. */
  | { readonly kind: 'cut-before' }
  /** The request arrives; its answer does not. */
  | { readonly kind: 'cut-after' }
  /** The provider, or a gateway before it, answers this and does nothing. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** The provider says that all went well and forgets it. */
  | { readonly kind: 'forget'; readonly body: unknown };

/** The steps of a deploy, by their requests. */
export const STEPS = {
  'show the site': /^GET [^?]*\/sites\/[^/?]+$/,
  'make the deploy': /^POST [^?]*\/sites\/[^/]+\/deploys$/,
  'hand in the digests': /^PUT [^?]*\/sites\/[^/]+\/deploys\/[^/]+$/,
  'send a file': /^PUT [^?]*\/deploys\/[^/]+\/files\//,
  'look at the deploy': /^GET [^?]*\/sites\/[^/]+\/deploys\/[^/]+$/,
} as const;

export type StepName = keyof typeof STEPS;

export interface FaultyFetch {
  readonly fetch: typeof fetch;
  /** Faults for the next requests of a step; `times` infinite until `heal`. Called before each of them, `onHit` may abort. */
  inject(step: RegExp, fault: Fault, times?: number, onHit?: () => void): void;
  heal(): void;
  /** `METHOD path` of every request that was made, whatever became of it. */
  readonly requests: string[];
}

/** A fetch between an adapter and its provider that breaks as it is told. */
export function createFaultyFetch(provider: typeof fetch): FaultyFetch {
  let plans: { step: RegExp; fault: Fault; left: number; onHit: (() => void) | undefined }[] = [];
  const requests: string[] = [];
  return {
    requests,
    inject: (step, fault, times = Infinity, onHit) => void plans.push({ step, fault, left: times, onHit }),
    heal: () => void (plans = []),
    async fetch(input, init) {
      const request = new Request(input, init);
      const name = `${request.method} ${new URL(request.url).pathname}`;
      requests.push(name);
      const plan = plans.find(({ step, left }) => left > 0 && step.test(name));
      if (plan === undefined) return provider(request);
      plan.left -= 1;
      plan.onHit?.();
      request.signal.throwIfAborted();
      const { fault } = plan;
      switch (fault.kind) {
        case 'cut-before':
          throw new TypeError('The connection was cut.');
        case 'cut-after':
          await provider(request);
          throw new TypeError('The connection was cut.');
        case 'status':
          return Response.json(fault.body ?? { code: fault.status, message: `Fault ${fault.status}` }, {
            status: fault.status,
            headers: fault.headers ?? {},
          });
        case 'forget':
          return Response.json(fault.body);
      }
    },
  };
}
