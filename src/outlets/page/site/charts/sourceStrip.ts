import type { Series } from '../data/series.ts';
import { isNetwork } from '../words/streamWords.ts';
import { prepareCanvas } from './canvas.ts';
import { colours } from './colours.ts';

const LANE_HEIGHT = 14;

/** Experts that answered within the rows, in the order of their names. */
export function answering(series: Series): readonly number[] {
  const seen = new Set(series.source.filter((place): place is number => place !== null));
  return [...seen].sort((a, b) => (series.sources[a] ?? '').localeCompare(series.sources[b] ?? ''));
}

/** Draws who answered when: a lane for each expert. @param lanes places of the experts, as `answering` gives them */
export function drawSources(
  canvas: HTMLCanvasElement,
  width: number,
  series: Series,
  lanes: readonly number[],
  from: number,
  to: number,
): void {
  const height = Math.max(1, lanes.length * LANE_HEIGHT);
  canvas.style.height = `${height}px`;
  const context = prepareCanvas(canvas, width, height);
  if (context === null || to <= from) return;
  const { sunk, forecast, edge } = colours();
  const x = (at: number): number => ((at - from) / (to - from)) * width;
  lanes.forEach((place, lane) => {
    const top = lane * LANE_HEIGHT;
    context.fillStyle = sunk;
    context.fillRect(0, top + 2, width, LANE_HEIGHT - 4);
    context.fillStyle = isNetwork(series.sources[place] ?? '') ? forecast : edge;
    for (const [first, after] of runsOf(series, place)) {
      const left = x(series.ts[first] as number);
      const right = after < series.length ? x(series.ts[after] as number) : x(series.ts[after - 1] as number) + 1;
      context.fillRect(left, top + 2, Math.max(1, right - left), LANE_HEIGHT - 4);
    }
  });
}

/** Runs of rows that one expert answered: the place of the first, and the one behind the last. */
function runsOf({ source }: Series, place: number): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  source.forEach((one, i) => {
    const last = runs.at(-1);
    if (one !== place) return;
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else runs.push([i, i + 1]);
  });
  return runs;
}
