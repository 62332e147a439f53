/** Log lines of a stream that leaves, by the reason. */
export const EVICTIONS = {
  room: 'stream evicted: limits.streams is reached, the least recently used one makes room',
  forgotten: 'stream forgotten',
  renewed: 'stream renewed: its settings have changed, and it starts anew with what it has learned',
  retired: 'stream retired: no entry of the configuration gives it any more; what it has learned is kept',
  rewound: 'stream rewound: it goes on without some of its readings, from a state before them',
} as const;
