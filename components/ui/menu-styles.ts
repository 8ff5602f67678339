/** Classes that every menu shares. */
export const MENU_POPUP =
  'min-w-44 rounded-md border border-line bg-raised p-1 text-text shadow-float outline-none transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0';
export const MENU_ITEM =
  'flex h-7 items-center gap-2 rounded-sm px-2 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover [&>svg]:size-4 [&>svg]:text-soft';
export const MENU_KEY = 'ml-auto pl-6 text-xs text-faint font-ui';
export const MENU_SEPARATOR = 'my-1 h-px bg-line';
