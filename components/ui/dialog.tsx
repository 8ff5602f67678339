import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** `wide` is for what has lists in it; it scrolls when it is higher than the window. */
  readonly size?: 'normal' | 'wide';
  readonly children?: ReactNode;
}

const SIZES = {
  normal: 'top-[18vh] max-h-[calc(82vh-16px)] w-[min(440px,calc(100vw-32px))]',
  wide: 'top-[8vh] max-h-[calc(92vh-16px)] w-[min(560px,calc(100vw-32px))]',
} as const;

export function Dialog({ open, onClose, title, description, size = 'normal', children }: DialogProps): ReactNode {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-backdrop transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          className={`fixed left-1/2 z-50 -translate-x-1/2 overflow-y-auto ${SIZES[size]} rounded-lg border border-line bg-raised p-5 shadow-float transition-[opacity,translate] data-[ending-style]:opacity-0 data-[starting-style]:-translate-y-1 data-[starting-style]:opacity-0`}
        >
          <div className="flex items-start justify-between gap-4">
            <Base.Title className="text-[15px] leading-6 font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label="Close" className="-mt-0.5 -mr-1.5" />}>
              <X aria-hidden />
            </Base.Close>
          </div>
          {description === undefined ? null : <Base.Description className="mt-1 text-soft">{description}</Base.Description>}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
