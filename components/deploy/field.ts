/** Classes of a text field in the panel. */
export const FIELD = 'h-8 w-full rounded-md border border-line-strong bg-surface px-2 focus:border-focus focus:outline-none';
