/** State of a thing; each has a shape of its own beside its colour. */
export type Mark = 'good' | 'warning' | 'alarm' | 'idle';
