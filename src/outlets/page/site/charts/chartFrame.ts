import uPlot from 'uplot';
import type { Wording } from '../words/wording.ts';
import { type Colours, colours } from './colours.ts';

/** The cursors of all charts with this name move together. */
const CURSORS = 'stream';
const DAY_S = 86_400;

/** Things that the charts of a stream share. */
export interface ChartScene {
  readonly wording: Wording;
  /** Zone of the sensor's times. */
  readonly zone: string;
  /** Called with the place of the row under the cursor; null: it is elsewhere. */
  readonly onCursor: (row: number | null) => void;
}

/** Options that all charts of a stream have: axes in the sensor's zone, one cursor, no zoom. */
export function frameOptions(scene: ChartScene, width: number, height: number): Omit<uPlot.Options, 'series'> {
  const { zone } = scene;
  return {
    width,
    height,
    legend: { show: false },
    tzDate: (at) => zonedDate(at, zone),
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: CURSORS, setSeries: false }, points: { size: 7 } },
    padding: [10, 12, 0, 0],
    hooks: { setCursor: [(chart) => scene.onCursor(chart.cursor.idx ?? null)] },
  };
}

/** The axis of times. Where a day begins it shows the day. */
export function timeAxis({ wording: { times }, zone }: ChartScene): uPlot.Axis {
  return {
    ...axisLook(),
    space: 80,
    size: 30,
    values: (_, splits, __, ___, step) =>
      splits.map((at) =>
        step >= DAY_S || times.isMidnight(at * 1000, zone) ? times.day(at * 1000, zone) : times.clock(at * 1000, zone),
      ),
  };
}

/** Colours and font of an axis. */
export function axisLook(): uPlot.Axis {
  const now = (): Colours => colours();
  return {
    stroke: () => now().muted,
    grid: { stroke: () => now().line, width: 1 },
    ticks: { stroke: () => now().line, width: 1, size: 5 },
    font: '12px system-ui, sans-serif',
  };
}

/** A date whose local fields are those of the zone; of the browser's where it does not know the zone. */
function zonedDate(at: number, zone: string): Date {
  const date = new Date(at * 1000);
  try {
    return uPlot.tzDate(date, zone);
  } catch {
    return date;
  }
}

/** Draws a label with a halo of the panel's colour. The state of the canvas is as before: uPlot counts on it. */
export function drawLabel(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  align: CanvasTextAlign,
): void {
  const ratio = uPlot.pxRatio;
  context.save();
  context.font = `${12 * ratio}px system-ui, sans-serif`;
  context.textAlign = align;
  context.textBaseline = 'bottom';
  context.lineJoin = 'round';
  context.lineWidth = 4 * ratio;
  context.strokeStyle = colours().surface;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.restore();
}
