import { type Column, renderTable, type TableOptions } from '../../adapters/terminal/renderTable.ts';
import { toPrintable } from '../../adapters/terminal/toPrintable.ts';
import type { MemoryProbe, Probe, ProbedAnswer } from '../../domain/memoryProbe.ts';
import { isRepresentable, toIsoTime } from '../../domain/time.ts';
import { memoryToJson, memoryToText } from './formatMemory.ts';

/** Cells of the longest bar. */
const LONGEST_BAR = 40;
/** Inputs that the text lists; JSON has all of them. */
const LISTED_INPUTS = 10;
/** Lags up to this have a line each; then lines of four, then of sixteen. */
const SINGLE = 16;
const FOURS = 64;

/** A line of a table of bars. */
interface Bar {
  readonly label: string;
  readonly share: number;
}

export function probeToJson(memory: MemoryProbe): string {
  const { stream, at, shares } = memory;
  return JSON.stringify({ stream, at: isoOrNull(at), ...sharesToJson(shares), memory: memoryToJson(memory) });
}

function sharesToJson({ answer, baseline, replayed, carried, older, rows, inputs }: Probe): object {
  return {
    answer: plainAnswer(answer),
    unit: answer.kind === 'class' ? 'log odds' : "the sensor's",
    baseline,
    value: replayed,
    carried,
    change: replayed - baseline,
    older,
    rows: rows.map((row) => ({ lag: row.lag, at: isoOrNull(row.at), share: row.share })),
    inputs,
  };
}

function plainAnswer(answer: ProbedAnswer): object {
  if (answer.kind === 'forecast') return answer;
  const { kind, label, isPublished, probability } = answer;
  return { kind, class: label, published: isPublished, probability };
}

function isoOrNull(at: number | undefined): string | null {
  return at !== undefined && isRepresentable(at) ? toIsoTime(at) : null;
}

/** @param table at 100 columns and more nothing is cut but names of inputs */
export function probeToText(memory: MemoryProbe, table: TableOptions): string {
  const { stream, at, shares } = memory;
  const told = sharesToText(shares, table);
  return [`${toPrintable(stream)} at ${timeText(at)}`, ...told, memoryToText(memory, table), ''].join('\n');
}

function sharesToText(probe: Probe, table: TableOptions): readonly string[] {
  const { baseline, replayed, carried } = probe;
  const lags = byLag(probe);
  const inputs = byInput(probe);
  return [
    headOf(probe),
    '',
    `with nothing known (inputs 0, h = c = 0)  ${inFull(baseline)}`,
    `the kept rows, run again                  ${inFull(replayed)}`,
    `with the memory as it is                  ${inFull(carried)}`,
    '',
    `The shares sum to the change from the first to the second, ${signed(replayed - baseline)}.`,
    strongestOf(probe),
    '',
    renderTable(columnsFor('rows back', lags), lags, table),
    renderTable(columnsFor('input', inputs), inputs, table),
  ];
}

function headOf({ answer }: Probe): string {
  if (answer.kind === 'forecast') {
    return `forecast of ${answer.network}, ${answer.horizon} steps ahead, in the sensor's unit`;
  }
  const { label, isPublished, probability } = answer;
  const status = isPublished ? 'published' : 'the likeliest: none is published yet';
  return `class ${toPrintable(label)} (${status}), by the network alone ${(100 * probability).toFixed(1)} %; in log odds`;
}

/** The newest row is nearly always the strongest, and tells nothing of a memory. */
function strongestOf({ rows }: Probe): string {
  const [first] = rows.slice(1).sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (first === undefined) return 'The newest row is the only one that is kept.';
  const time = first.at === undefined ? '' : ` (${timeText(first.at)})`;
  return `Strongest row before the newest: ${first.lag} back${time}, ${signed(first.share)}.`;
}

function byInput({ inputs, older }: Probe): Bar[] {
  const largest = [...inputs].sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  const bars: Bar[] = largest.slice(0, LISTED_INPUTS).map(({ name, share }) => ({ label: name, share }));
  const rest = largest.slice(LISTED_INPUTS);
  if (rest.length > 0) bars.push(sumOf(`${rest.length} others`, rest));
  return [...bars, { label: 'older still', share: older }];
}

/** Newest first, in wider groups the older they are; what came before all of them at the end. */
function byLag({ rows, older }: Probe): Bar[] {
  const bars: Bar[] = [];
  for (let from = 0; from < rows.length; ) {
    const to = Math.min(rows.length, from + (from < SINGLE ? 1 : from < FOURS ? 4 : 16));
    const label = to - from === 1 ? String(from) : `${from} – ${to - 1}`;
    bars.push(sumOf(label, rows.slice(from, to)));
    from = to;
  }
  bars.push({ label: 'older still', share: older });
  return bars;
}

function sumOf(label: string, parts: readonly { readonly share: number }[]): Bar {
  return { label, share: parts.reduce((sum, { share }) => sum + share, 0) };
}

function columnsFor(title: string, bars: readonly Bar[]): Column<Bar>[] {
  const largest = Math.max(...bars.map(({ share }) => Math.abs(share)));
  const decimals = decimalsFor(largest);
  return [
    { title, text: ({ label }) => label, minWidth: 11 },
    { title: 'share', text: ({ share }) => withDecimals(share, decimals), align: 'right' },
    {
      title: '█ towards it, ░ against it',
      text: ({ share }) => drawBar(share, largest),
      style: ({ share }) => (share < 0 ? 'red' : 'green'),
    },
  ];
}

function drawBar(share: number, largest: number): string {
  const cells = largest > 0 ? Math.round((LONGEST_BAR * Math.abs(share)) / largest) : 0;
  return (share < 0 ? '░' : '█').repeat(cells);
}

function inFull(value: number): string {
  return value.toPrecision(4).replace('-', '−');
}

function signed(share: number): string {
  return withDecimals(share, decimalsFor(Math.abs(share)));
}

/** Decimals that give the largest number three digits. */
function decimalsFor(largest: number): number {
  return largest > 0 ? Math.min(12, Math.max(0, 3 - Math.ceil(Math.log10(largest)))) : 0;
}

function withDecimals(share: number, decimals: number): string {
  const text = Math.abs(share).toFixed(decimals);
  return `${Number(text) === 0 ? '' : share < 0 ? '−' : '+'}${text}`;
}

function timeText(at: number): string {
  return isoOrNull(at) ?? '–';
}
