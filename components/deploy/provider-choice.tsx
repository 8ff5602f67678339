'use client';
import { useState, type ReactNode } from 'react';
import { countOf } from '../../lib/format.ts';
import { PROVIDER_NAMES, type ProviderId } from '../../lib/deploy/provider-id.ts';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { isRunning } from './deploy-words.ts';
import { FIELD } from './field.ts';

const PROVIDERS: readonly ProviderId[] = ['edge', 'netlify'];

/** Where the site goes, and in whose name. */
export function ProviderChoice(): ReactNode {
  const { deployer } = useWorkspace();
  const provider = useSlice(deployer.store, (state) => state.provider);
  const running = useSlice(deployer.store, ({ run }) => isRunning(run));
  return (
    <section aria-label="Provider" className="flex flex-col gap-2">
      <div role="radiogroup" aria-label="Deploy to" className="flex rounded-md bg-active p-0.5">
        {PROVIDERS.map((id) => (
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={provider === id}
            disabled={running}
            onClick={() => void deployer.choose(id)}
            className="h-7 min-w-0 flex-1 truncate rounded-sm px-2 text-soft aria-checked:bg-raised aria-checked:text-text aria-checked:shadow-sm disabled:opacity-55"
          >
            {PROVIDER_NAMES[id]}
          </button>
        ))}
      </div>
      {provider === 'edge' ? <p className="text-soft">No account needed. This browser keeps the key of the site.</p> : <TokenState />}
    </section>
  );
}

function TokenState(): ReactNode {
  const { deployer } = useWorkspace();
  const token = useSlice(deployer.store, (state) => state.token);
  const account = useSlice(deployer.store, (state) => state.account);
  if (token === 'none') return <TokenForm />;
  if (token === 'locked') return <UnlockForm />;
  return (
    <div className="flex items-start gap-3">
      <p className="min-w-0 flex-1 break-words text-soft">
        {account === null ? (
          'The token is being checked.'
        ) : (
          <>
            Acts as <strong className="font-medium text-text">{account.name}</strong>
            {account.teams.length === 0 ? '' : ` in ${countOf(account.teams.length, 'team')}: ${account.teams.join(', ')}`}. Netlify’s
            tokens reach every site of the account.{' '}
            {token === 'session' ? 'It is forgotten with this tab.' : 'It is kept encrypted; locked again with the page.'}
          </>
        )}
      </p>
      <Button look="outline" onClick={() => void deployer.removeToken()}>
        Remove token
      </Button>
    </div>
  );
}

function TokenForm(): ReactNode {
  const { deployer } = useWorkspace();
  const [token, setToken] = useState('');
  const [keep, setKeep] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState(false);
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        void deployer.keepToken(token.trim(), keep ? passphrase : null).finally(() => setBusy(false));
      }}
    >
      <label className="flex flex-col gap-1">
        <span className="font-medium">Personal access token</span>
        <input
          type="password"
          required
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          className={FIELD}
        />
      </label>
      <p className="text-soft">
        Make one at Netlify under User settings, Applications. It stays in this browser, goes to Netlify with each request through this
        server, and is neither stored nor logged there.
      </p>
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} className="size-4 accent-accent" />
        Keep it in this browser, encrypted with a passphrase
      </label>
      {keep ? (
        <label className="flex flex-col gap-1">
          <span className="font-medium">Passphrase</span>
          <input
            type="password"
            required
            minLength={8}
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            className={FIELD}
          />
        </label>
      ) : null}
      <Button type="submit" look="primary" disabled={busy} className="self-end">
        {busy ? 'Checking the token' : 'Use this token'}
      </Button>
    </form>
  );
}

function UnlockForm(): ReactNode {
  const { deployer } = useWorkspace();
  const [passphrase, setPassphrase] = useState('');
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void deployer.unlockToken(passphrase);
      }}
    >
      <label className="flex flex-col gap-1">
        <span className="font-medium">Passphrase of the token</span>
        <input
          type="password"
          required
          autoComplete="current-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          className={FIELD}
        />
      </label>
      <div className="flex justify-end gap-2">
        <Button onClick={() => void deployer.removeToken()}>Remove token</Button>
        <Button type="submit" look="primary">
          Unlock
        </Button>
      </div>
    </form>
  );
}
