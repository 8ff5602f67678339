import { Tooltip } from '@base-ui/react/tooltip';
import type { ButtonHTMLAttributes, ReactElement, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` is the one thing to do next; at most one on a screen. */
  readonly look?: 'primary' | 'plain' | 'outline';
}

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover font-medium',
  plain: 'text-soft hover:bg-hover hover:text-text',
  outline: 'border border-line bg-surface text-text hover:bg-hover',
} as const;

export function Button({ look = 'plain', className = '', ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md px-2.5 whitespace-nowrap transition-colors disabled:opacity-55 disabled:pointer-events-none ${LOOKS[look]} ${className}`}
    />
  );
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Name for screen readers and the tooltip. */
  readonly label: string;
  /** Key shown in the tooltip. */
  readonly shortcut?: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
}

/** A 28 px square with a 16 px icon, a name and a tooltip. */
export function IconButton({ label, shortcut, side = 'bottom', className = '', children, ...rest }: IconButtonProps): ReactNode {
  return (
    <WithTooltip label={label} shortcut={shortcut} side={side}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={`inline-flex size-7 shrink-0 items-center justify-center rounded-md text-soft transition-colors hover:bg-hover hover:text-text disabled:pointer-events-none disabled:opacity-45 aria-pressed:bg-active aria-pressed:text-text [&>svg]:size-4 ${className}`}
      >
        {children}
      </button>
    </WithTooltip>
  );
}

export function WithTooltip({
  label,
  shortcut,
  side = 'bottom',
  children,
}: {
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly children: ReactElement;
}): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="z-50">
          <Tooltip.Popup className="flex items-center gap-2 rounded-md bg-text px-2 py-1 text-xs text-app shadow-float transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {label}
            {shortcut === undefined ? null : <kbd className="opacity-70">{shortcut}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
