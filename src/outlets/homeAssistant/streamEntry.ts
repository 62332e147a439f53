import type { BorrowedForecast } from '../../domain/forecast.ts';
import { CADENCE, RESOLUTION, VALUE } from '../../domain/forecastRow.ts';
import { sameNames } from '../../domain/sameNames.ts';
import { shownDecimals } from '../../domain/shownDecimals.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Horizon, StreamSettings } from '../../domain/streamSettings.ts';
import type { Announced } from './announcedNote.ts';
import { CLASS } from './classEntity.ts';
import { expireAfter } from './expiry.ts';

/** Names of the classes of an answer; none: there is no answer. */
const NONE: readonly string[] = [];

/** A stream that is announced, with what its forecasts say of it that its entities depend on. */
export class StreamEntry {
  readonly stream: StreamId;
  /** Topic of its announcement. */
  readonly topic: string;
  /** Name of its device, or its topic. */
  readonly source: string;
  /** Topic that its readings come from. */
  readonly sourceTopic: string;
  /** Identity of the stream: of what it measures, and not of the name that it has in our topics. */
  readonly key: string;
  /** Tick at which its availability was said last. */
  saidAt = 0;
  expireAfter = 0;
  /** Names that its learner knows. */
  classes: readonly string[] = NONE;
  /** A class was told of a reading, in this process or one before: until then an entity of it would be unknown for ever. */
  hasClass: boolean;
  /** Decimals with which its numbers are shown; undefined: no reading has told. They only grow, as each change is a new announcement. */
  decimals: number | undefined;
  #horizons: readonly Horizon[] = [];
  #settings: StreamSettings | undefined;

  /** @param before what was announced at the topic before; undefined: nothing */
  constructor(
    {
      stream,
      topic,
      source,
      sourceTopic,
      key,
    }: Pick<StreamEntry, 'stream' | 'topic' | 'source' | 'sourceTopic' | 'key'>,
    before: Pick<Announced, 'components'> | undefined,
  ) {
    this.stream = stream;
    this.topic = topic;
    this.source = source;
    this.sourceTopic = sourceTopic;
    this.key = key;
    this.hasClass = before !== undefined && CLASS in before.components;
  }

  /** @returns whether its entities are others than before */
  takeNote(forecast: BorrowedForecast, settings: StreamSettings): boolean {
    const { horizons, classAnswer, numbers } = forecast;
    const expire = expireAfter(settings, numbers[CADENCE], this.expireAfter);
    const classes = classAnswer?.classes ?? this.classes;
    const hasClass = this.hasClass || classAnswer !== undefined;
    const decimals = mostDecimals(this.decimals, numbers[VALUE], numbers[RESOLUTION]);
    const isSame =
      settings === this.#settings &&
      expire === this.expireAfter &&
      hasClass === this.hasClass &&
      decimals === this.decimals &&
      areSame(horizons, this.#horizons) &&
      sameNames(classes, this.classes);
    if (isSame) return false;
    this.#settings = settings;
    this.expireAfter = expire;
    this.classes = classes;
    this.hasClass = hasClass;
    this.decimals = decimals;
    this.#horizons = horizons;
    return true;
  }
}

function mostDecimals(before: number | undefined, value: number, resolution: number): number | undefined {
  return Number.isFinite(value) ? Math.max(before ?? 0, shownDecimals(value, resolution)) : before;
}

function areSame(one: readonly Horizon[], other: readonly Horizon[]): boolean {
  return one === other || (one.length === other.length && one.every(({ label }, i) => label === other[i]?.label));
}
