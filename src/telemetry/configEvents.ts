import type { EventRows } from './eventRow.ts';

/** Rows of a configuration that is read again. */
export const CONFIG_EVENTS: Pick<EventRows, 'ConfigReloaded' | 'ConfigRefused'> = {
  ConfigReloaded: {
    count: null,
    line: {
      level: ({ restart }) => (restart === '' ? 'info' : 'warning'),
      text: ({ restart }) =>
        restart === '' ? 'configuration read again' : 'configuration read again: a part of it waits for a start',
      key: 'each',
    },
  },
  ConfigRefused: {
    count: null,
    line: { level: 'error', text: 'configuration refused: the one before stays in force', key: 'each' },
  },
};
