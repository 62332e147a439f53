import type { SeriesRow } from './seriesFile.ts';

/** Names of columns that tell one series from another, in the long format of recorders and databases; letters and digits only. */
const KEY_NAMES: ReadonlySet<string> = new Set([
  ...[
    'entityid',
    'entity',
    'statisticid',
    'metadataid',
    'sensor',
    'sensorid',
    'sensorname',
    'device',
    'deviceid',
    'devicename',
  ],
  ...[
    'topic',
    'metric',
    'metricname',
    'metricid',
    'series',
    'seriesid',
    'tag',
    'tagname',
    'point',
    'pointid',
    'pointname',
  ],
  ...[
    'measurement',
    'field',
    'variable',
    'parameter',
    'item',
    'itemid',
    'itemname',
    'friendlyname',
    'uniqueid',
    'attribute',
  ],
  ...[
    'station',
    'stationid',
    'node',
    'nodeid',
    'meter',
    'meterid',
    'channel',
    'host',
    'location',
    'locationid',
    'room',
    'site',
  ],
]);

/** A column of more names is one of notes, or of values. */
const MOST_NAMES = 200;
/** Rows that have the time of the row before and another name, of all rows: from here on the file holds several series. */
const SHARED_TIMES = 0.2;

/** A column that may hold names of series. */
export interface OpenColumn {
  readonly name: string;
  readonly place: number;
  /** The file itself says so. */
  readonly isKey: boolean;
}

/** Notices where rows of several series share a file. Bounded: a column of too many names is given up. */
export class BlendWatch {
  readonly #columns: readonly WatchedColumn[];
  #rows = 0;
  #time: string | undefined;

  constructor(columns: readonly OpenColumn[]) {
    this.#columns = columns.map((column) => new WatchedColumn(column));
  }

  add({ cells, time }: SeriesRow): void {
    this.#rows++;
    const isSameTime = time !== undefined && time === this.#time;
    this.#time = time;
    for (const column of this.#columns) column.add(cells, isSameTime);
  }

  /** Names of series and their rows, by column. */
  found(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    const found = this.#columns.filter((column) => column.isBlend(this.#rows));
    return new Map(found.map(({ name, names }) => [name, names]));
  }
}

class WatchedColumn {
  readonly name: string;
  readonly names = new Map<string, number>();
  readonly #place: number;
  readonly #isKey: boolean;
  #isGivenUp = false;
  #last = '';
  #sharedTimes = 0;
  #numbers = 0;

  constructor({ name, place, isKey }: OpenColumn) {
    this.name = name;
    this.#place = place;
    this.#isKey = isKey || KEY_NAMES.has(name.toLowerCase().replace(/[^a-z\d]/g, ''));
  }

  add(cells: readonly string[], isSameTime: boolean): void {
    if (this.#isGivenUp) return;
    const cell = (cells[this.#place] ?? '').trim();
    if (cell === '') return;
    if (cell !== '' && !Number.isNaN(Number(cell))) this.#numbers++;
    if (isSameTime && cell !== this.#last) this.#sharedTimes++;
    this.#last = cell;
    this.names.set(cell, (this.names.get(cell) ?? 0) + 1);
    if (this.names.size <= MOST_NAMES || this.#isKey) return;
    this.#isGivenUp = true;
    this.names.clear();
  }

  /** A column that is named so, or one of words whose words share their times. */
  isBlend(rows: number): boolean {
    if (this.names.size < 2) return false;
    return this.#isKey || (this.#numbers === 0 && this.#sharedTimes > SHARED_TIMES * rows);
  }
}
