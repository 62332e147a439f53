/** From the most to the least severe. */
export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
