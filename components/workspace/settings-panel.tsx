'use client';
import { Monitor, Moon, Sun, type LucideIcon } from 'lucide-react';
import { useSyncExternalStore, type ReactNode } from 'react';
import { saveCookie } from '../../lib/workspace/cookies.ts';
import { readTheme, THEME_COOKIE, type Theme } from '../../lib/workspace/theme.ts';
import { PanelHeader } from '../files/files-panel.tsx';
import { Button } from '../ui/button.tsx';
import { useWorkspace } from './context.tsx';

const THEMES: readonly { readonly id: Theme; readonly label: string; readonly icon: LucideIcon }[] = [
  { id: 'system', label: 'System', icon: Monitor },
  { id: 'light', label: 'Light', icon: Sun },
  { id: 'dark', label: 'Dark', icon: Moon },
];

export function setTheme(theme: Theme): void {
  saveCookie(THEME_COOKIE, theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

function useTheme(): Theme {
  return useSyncExternalStore(
    onThemeChange,
    () => readTheme(document.documentElement.dataset.theme),
    () => 'system',
  );
}

export function SettingsPanel(): ReactNode {
  const { session } = useWorkspace();
  const theme = useTheme();
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <PanelHeader title="Settings" />
      <div className="flex flex-col gap-5 p-3">
        <fieldset>
          <legend className="mb-1.5 font-medium">Theme</legend>
          <div role="radiogroup" aria-label="Theme" className="flex rounded-md bg-active p-0.5">
            {THEMES.map(({ id, label, icon: Icon }) => (
              <button
                key={id}
                type="button"
                role="radio"
                aria-checked={theme === id}
                onClick={() => setTheme(id)}
                className="flex h-6.5 min-w-0 flex-1 items-center justify-center gap-1.5 rounded-sm text-soft aria-checked:bg-raised aria-checked:text-text aria-checked:shadow-sm"
              >
                <Icon aria-hidden className="size-3.5 shrink-0" />
                <span className="truncate">{label}</span>
              </button>
            ))}
          </div>
        </fieldset>
        <section>
          <h3 className="mb-1 font-medium">Project</h3>
          <p className="mb-2 text-soft">Files stay in this browser. Restarting runs the project anew from them.</p>
          <Button look="outline" onClick={() => void session.restart()}>
            Restart the project
          </Button>
        </section>
      </div>
    </div>
  );
}
