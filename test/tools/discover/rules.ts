import type { ListenRules } from '../../../src/tools/discover/listenFields.ts';

/** Stand-ins for the decoder's own words. */
export const RULES: ListenRules = {
  readNumber: (text) => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined),
  isHousekeepingValue: (topic) => topic.endsWith('/channel'),
  isHousekeepingKey: (key, holdsObject) => key === 'linkquality' || (holdsObject && key === 'update'),
  isHousekeepingTopic: (topic) => topic.startsWith('tidegate/') || topic.includes('/bridge/'),
};
