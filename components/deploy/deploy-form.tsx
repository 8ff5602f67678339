'use client';
import { useState, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useSlice, useWorkspace } from '../workspace/context.tsx';
import { isRunning } from './deploy-words.ts';
import { FIELD } from './field.ts';

/** Longest message, in characters. */
const LONGEST = 200;

/** The message and the two ways to deploy. */
export function DeployForm(): ReactNode {
  const { deployer, session, prebuild, access } = useWorkspace();
  const running = useSlice(deployer.store, ({ run }) => isRunning(run));
  const locked = useSlice(deployer.store, ({ site }) => site?.locked === true);
  const hasEngine = useSlice(session.store, ({ engine }) => engine !== null);
  const building = useSlice(prebuild.store, ({ status }) => status === 'running');
  const isReader = useSlice(access, ({ role }) => role === 'reader');
  const [message, setMessage] = useState('');
  const disabled = running || building || !hasEngine;
  const send = (draft: boolean): void => {
    void deployer.deploy({ message: message.trim(), draft });
    setMessage('');
  };
  return (
    <form
      aria-label="New deploy"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!disabled) send(locked);
      }}
    >
      <label className="flex flex-col gap-1">
        <span className="font-medium">
          Message <span className="font-normal text-soft">(optional)</span>
        </span>
        <input
          type="text"
          maxLength={LONGEST}
          placeholder="What is new?"
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
          className={`${FIELD} placeholder:text-faint`}
        />
      </label>
      {hasEngine ? null : (
        <p className="text-soft">
          {isReader ? 'The project runs in another tab. Deploy from there.' : 'Once the project runs, it can be built and deployed.'}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="outline" disabled={disabled} onClick={() => send(true)}>
          Preview deploy
        </Button>
        <Button type="submit" look="primary" disabled={disabled || locked}>
          Deploy site
        </Button>
      </div>
    </form>
  );
}
