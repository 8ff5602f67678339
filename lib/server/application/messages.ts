/** What the application's process tells the front server: it listens. */
export type FromApplication = 'ready';
