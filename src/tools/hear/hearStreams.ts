import { type HeardFilter, type HearOptions, hearFilters } from '../../adapters/mqtt/client/hearFilters.ts';
import { describeHeard } from './describeHeard.ts';
import { type NearFilter, nearFilter } from './nearFilter.ts';

/** Result of listening to a topic filter of the streams. */
export interface HeardStreams extends HeardFilter {
  /** Filter that is likely meant, where nothing came. */
  readonly near: NearFilter | undefined;
  readonly words: string;
}

/**
 * Listens to the topic filters of the streams.
 * @throws TidegateError TG_CONFIG_UNREADABLE
 */
export async function hearStreams(options: HearOptions): Promise<readonly HeardStreams[]> {
  const { settings, within } = options;
  const { filters, topics } = await hearFilters(options);
  const others = [...topics].filter((topic) => !topic.startsWith(`${settings.baseTopic}/`));
  return filters.map((heard) => {
    const isSilent = heard.first === undefined && heard.refusal === undefined;
    const near = isSilent ? nearFilter(heard.filter, others) : undefined;
    return { ...heard, near, words: describeHeard(heard, within, near) };
  });
}
