/** The global under which a script that is loaded later finds the function that takes its exports (process-worker.ts). */
export const SCRIPT_EXPORTS = '__jampotExports';
