import type { EventRows } from './eventRow.ts';

/** Rows of a configuration that is read again. */
export const CONFIG_EVENTS: Pick<EventRows, 'ConfigReloaded' | 'ConfigRefused' | 'OptionChangeLost'> = {
  ConfigReloaded: {
    count: null,
    line: {
      level: ({ restart }) => (restart === '' ? 'info' : 'warning'),
      text: ({ restart }) =>
        restart === '' ? 'configuration read again' : 'configuration read again: a part of it waits for a start',
      key: 'each',
    },
  },
  OptionChangeLost: {
    count: null,
    line: {
      level: 'warning',
      text: 'configuration change lost: its file has changed, and there is no place for it any more',
      key: 'each',
    },
  },
  ConfigRefused: {
    count: null,
    line: { level: 'error', text: 'configuration refused: the one before stays in force', key: 'each' },
  },
};
