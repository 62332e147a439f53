import { type Column, renderTable, type TableOptions } from '../../adapters/terminal/renderTable.ts';
import { wrapText } from '../../adapters/terminal/wrapText.ts';
import type { MemoryProbe, StateName } from '../../domain/memoryProbe.ts';
import { meanSizes, reachOfShares } from '../../domain/memorySummary.ts';
import { formatLength } from '../discover/formatCadence.ts';

/** Units that the text lists; JSON has all of them. */
const LISTED_UNITS = 8;
/** Lags at which the text tells what is left of an error. */
const TOLD_LAGS = [1, 2, 3, 5, 8, 12, 20, 32, 48, 64] as const;
/** States whose mean is told: gates, and of c, or of h where there is no c, the size. */
const TOLD: readonly StateName[] = ['f', 'i', 'o', 'r', 'z', 'c'];

interface Unit {
  readonly unit: number;
  /** In readings; undefined: the cell has no gate that forgets. */ readonly halfLife: number | undefined;
  /** Part in the answer. */ readonly share: number;
  /** By name of the state. */ readonly means: ReadonlyMap<StateName, number>;
}

/** Units, those that hold longest first. */
function unitsOf({ units: H, states, halfLives, importance }: MemoryProbe): Unit[] {
  const names = states.map(({ name }) => name);
  const told = names.includes('c') ? TOLD : [...TOLD, 'h'];
  const means = states
    .filter(({ name }) => told.includes(name))
    .map(({ name, values }) => [name, meanSizes(values, H)] as const);
  const units = Array.from({ length: H }, (_, unit) => ({
    unit,
    halfLife: halfLives[unit],
    share: importance[unit],
    means: new Map(means.map(([name, sizes]) => [name, sizes[unit]])),
  }));
  return units.sort((a, b) => (b.halfLife ?? b.share) - (a.halfLife ?? a.share));
}

/** Members of the JSON. */
export function memoryToJson(memory: MemoryProbe): object {
  const { network, cell, interval, halfLife, reach, states } = memory;
  return {
    network,
    cell,
    readings: states[0].values.length / memory.units,
    interval_ms: interval > 0 ? interval : null,
    half_life: finite(halfLife),
    units: unitsOf(memory).map(({ unit, halfLife: life, share, means }) => ({
      unit,
      half_life: finite(life),
      share,
      ...Object.fromEntries(means),
    })),
    reach: [...reach],
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Longest line of a sentence, in columns. */
const SENTENCE_WIDTH = 100;

/** @param table of 80 columns and more */
export function memoryToText(memory: MemoryProbe, table: TableOptions): string {
  const { network, cell, units: H, states } = memory;
  const units = unitsOf(memory);
  const listed = units.slice(0, LISTED_UNITS);
  const rows = states[0].values.length / H;
  const left = H > listed.length ? `, of ${H} the ${listed.length} that hold longest` : '';
  const { width = SENTENCE_WIDTH } = table;
  const wrapped = (text: string): readonly string[] => wrapText(text, Math.min(width, SENTENCE_WIDTH));
  return [
    `Memory of ${network} (${cell}): mean of each unit over ${rows} readings${left}.`,
    renderTable(columnsFor(units[0], memory), listed, table),
    ...[...livesOf(units, memory), ...reachOf(memory)].flatMap(wrapped),
  ].join('\n');
}

function columnsFor({ means }: Unit, memory: MemoryProbe): Column<Unit>[] {
  const ofStates = [...means.keys()].map(
    (name): Column<Unit> => ({
      title: name === 'c' || name === 'h' ? `|${name}|` : name,
      text: (unit) => (unit.means.get(name) as number).toFixed(2),
      align: 'right',
    }),
  );
  return [
    { title: 'unit', text: ({ unit }) => String(unit), align: 'right' },
    {
      title: 'half-life',
      text: ({ halfLife }) => (halfLife === undefined ? '–' : inReadings(halfLife)),
      align: 'right',
    },
    { title: 'time', text: ({ halfLife }) => timeOf(halfLife, memory) ?? '–', align: 'right' },
    ...ofStates,
    { title: 'of the answer', text: ({ share }) => `${(100 * share).toFixed(1)} %`, align: 'right' },
  ];
}

function livesOf(units: readonly Unit[], memory: MemoryProbe): readonly string[] {
  const { halfLife } = memory;
  const whole = Number.isFinite(halfLife) ? withTime(halfLife, memory) : undefined;
  if (units[0].halfLife === undefined) {
    const fallen =
      whole === undefined ? 'has not fallen to half within the lags below' : `has fallen to half ${whole} back`;
    return [`The cell ${memory.cell} has no gate that forgets. An error ${fallen}.`];
  }
  const middle = units[units.length >> 1].halfLife as number;
  return [
    `Half of the units forget half within ${withTime(middle, memory)} if nothing new comes in; the longest holds for ${withTime(units[0].halfLife, memory)}.`,
    ...(whole === undefined ? [] : [`The network, each unit with its part in the answer: ${whole}.`]),
  ];
}

/** Reach of the network, which is another thing: cells hand on what they hold. */
function reachOf({ reach, shares }: MemoryProbe): readonly string[] {
  const lags = TOLD_LAGS.filter((lag) => lag < reach.length);
  const left = lags.map((lag) => `${lag}: ${reach[lag].toPrecision(2)}`).join(', ');
  const lines = lags.length === 0 ? [] : [`Left of an error so many rows back: ${left}.`];
  const { half, peak } = reachOfShares(shares);
  const where =
    half === undefined
      ? 'before the rows that are kept'
      : half === 0
        ? 'in the newest row'
        : `within ${half} rows back`;
  const strongest = peak === undefined ? '' : `; the largest before the newest row lies ${peak} back`;
  return [
    ...lines,
    `Half of the shares lies ${where}${strongest}. Units hand on what they hold: that may reach farther than any holds.`,
  ];
}

function withTime(halfLife: number, memory: MemoryProbe): string {
  const time = timeOf(halfLife, memory);
  return `${inReadings(halfLife)} readings${time === undefined ? '' : ` (${time})`}`;
}

function timeOf(halfLife: number | undefined, { interval }: MemoryProbe): string | undefined {
  return halfLife !== undefined && interval > 0 ? formatLength(halfLife * interval) : undefined;
}

/** Longest half-life that is told: a float32 hardly tells it from never. */
const LONGEST = 100_000;

function inReadings(halfLife: number): string {
  return halfLife > LONGEST ? `> ${LONGEST}` : halfLife.toFixed(halfLife < 99.95 ? 1 : 0);
}
