import { healthMember, healthNumber } from '../../data/health.ts';
import type { Live } from '../../data/live.ts';
import { epochOf } from '../../data/stream.ts';
import { make, setAttributes, setText } from '../../dom/make.ts';
import { UNKNOWN } from '../../words/numbers.ts';
import type { Wording } from '../../words/wording.ts';

/** A share of its limit above this is drawn as a warning. */
const HIGH_SHARE = 0.85;
const MIB = 1_048_576;

/** A fact: its value, the words behind it, and the share of its limit. */
interface Fact {
  readonly value: string;
  readonly rest: string;
  /** null: it has no limit. */
  readonly share: number | null;
}

const NAMES = ['Readings', 'Broker', 'CPU', 'Memory', 'Learning', 'Written within a day'] as const;

interface Cell {
  readonly value: HTMLSpanElement;
  readonly rest: HTMLElement;
  readonly meter: HTMLMeterElement;
}

/** Cores that the daemon may use: `of 4`, or a part of one where the system allows no more. */
function coreWords(cores: number, numbers: Wording['numbers']): string {
  return cores < 1 ? `of ${numbers.percent(cores)} allowed` : `of ${numbers.format(cores)}`;
}

/** Six facts beside their limits. */
export class Facts {
  readonly element: HTMLDListElement = make('dl', { class: 'facts' });
  readonly #wording: Wording;
  readonly #cells: readonly Cell[] = NAMES.map((name) => {
    const value = make('span');
    const rest = make('small');
    const meter = make('meter', {
      class: 'bar',
      min: 0,
      max: 1,
      high: HIGH_SHARE,
      optimum: 0,
      'aria-label': `${name}, share of its limit`,
      hidden: true,
    });
    this.element.append(make('div', {}, make('dt', {}, name), make('dd', {}, value, rest, meter)));
    return { value, rest, meter };
  });

  constructor(wording: Wording) {
    this.#wording = wording;
  }

  update(live: Live): void {
    this.#facts(live).forEach(({ value, rest, share }, i) => {
      const cell = this.#cells[i] as Cell;
      setText(cell.value, value);
      setText(cell.rest, rest === '' ? '' : ` ${rest}`);
      cell.meter.hidden = share === null;
      if (share !== null) setAttributes(cell.meter, { value: Math.min(1, Math.max(0, share)) });
    });
  }

  #facts(live: Live): readonly Fact[] {
    const { health } = live;
    const { numbers } = this.#wording;
    const learning = healthNumber(health, 'learning_share');
    return [
      this.#rate(health),
      this.#broker(live),
      this.#cpu(health),
      this.#memory(health),
      { value: numbers.percent(learning), rest: 'of readings', share: null },
      this.#written(health),
    ];
  }

  /** Slow ones are told by the minute. */
  #rate(health: Live['health']): Fact {
    const { numbers } = this.#wording;
    const aMinute = healthNumber(health, 'readings_per_minute');
    const isQuick = aMinute !== null && aMinute >= 60;
    const rate = isQuick ? aMinute / 60 : aMinute;
    return {
      value: numbers.format(rate, rate !== null && rate < 10 ? 1 : 0),
      rest: isQuick ? 'a second' : 'a minute',
      share: null,
    };
  }

  #broker(live: Live): Fact {
    const connected = healthMember(live.health, 'broker', 'connected');
    if (typeof connected !== 'boolean') return { value: UNKNOWN, rest: '', share: null };
    const since = healthMember(live.health, 'broker', 'since');
    const at = epochOf(typeof since === 'string' ? since : null);
    const rest = at === null ? '' : `for ${this.#wording.times.duration(live.now() - at)}`;
    return { value: connected ? 'connected' : 'away', rest, share: null };
  }

  #cpu(health: Live['health']): Fact {
    const { numbers } = this.#wording;
    const share = healthNumber(health, 'cpu_share');
    const limit = healthNumber(health, 'limits', 'cpu_share');
    return {
      value: numbers.percent(share, share !== null && share < 0.1 ? 1 : 0),
      rest:
        share === null ? '' : limit === null || limit === 1 ? 'of a core' : `of a core, ${coreWords(limit, numbers)}`,
      share: share === null || limit === null ? null : share / limit,
    };
  }

  #memory(health: Live['health']): Fact {
    const { numbers } = this.#wording;
    const rss = healthNumber(health, 'rss_mb');
    const limit = healthNumber(health, 'limits', 'memory_mb');
    return {
      value: rss === null ? UNKNOWN : numbers.bytes(rss * MIB),
      rest: limit === null ? '' : `of ${numbers.bytes(limit * MIB)}`,
      share: rss === null || limit === null ? null : rss / limit,
    };
  }

  #written(health: Live['health']): Fact {
    const { numbers } = this.#wording;
    const written = healthNumber(health, 'state', 'bytes_written_day');
    const limit = healthNumber(health, 'limits', 'writes_per_day');
    return {
      value: numbers.bytes(written),
      rest: limit === null ? '' : `of ${numbers.bytes(limit)}`,
      share: written === null || limit === null ? null : written / limit,
    };
  }
}
