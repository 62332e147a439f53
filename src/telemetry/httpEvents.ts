import { HTTP_ERRORS } from '../domain/httpErrors.ts';
import { add } from './counters.ts';
import type { EventRows } from './eventRow.ts';

/** Rows of the page and of the listener that it is on. */
export const HTTP_EVENTS: Pick<EventRows, 'HttpOpened' | 'HttpFailed' | 'HttpRefused' | 'PageClientDropped'> = {
  HttpOpened: { count: null, line: { level: 'info', text: 'page opened', key: 'each' } },
  HttpFailed: {
    count: null,
    line: { level: 'warning', text: 'page unavailable: the address cannot be listened at', key: ({ url }) => url },
  },
  HttpRefused: {
    count: (counters, { code }) => add(counters.httpRefused, code),
    line: {
      level: 'warning',
      text: ({ code }) => `page request refused: ${HTTP_ERRORS[code].meaning}`,
      key: ({ code }) => code,
    },
  },
  PageClientDropped: {
    count: (counters) => void counters.pageClientsDropped++,
    line: {
      level: 'info',
      text: ({ cause }) =>
        cause === 'slow'
          ? 'page client dropped: it took nothing for ten seconds'
          : 'page client dropped: too much waited for it',
      key: ({ cause }) => cause,
    },
  },
};
