import type { Recent } from '../data/recent.ts';
import type { FanPoint } from '../data/stream.ts';
import { prepareCanvas } from './canvas.ts';
import { type Colours, colours, withAlpha } from './colours.ts';
import { type SparkRange, sparkRange } from './sparkRange.ts';

export const SPARK_HEIGHT = 64;

interface Scene {
  readonly context: CanvasRenderingContext2D;
  readonly recent: Recent;
  readonly fan: readonly FanPoint[];
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly colours: Colours;
}

/**
 * Draws the newest readings of a stream with their band and alarms, and what comes next.
 *
 * @param width in CSS pixels; it is given, for to ask for it after a write costs a layout
 */
export function drawSpark(canvas: HTMLCanvasElement, width: number, recent: Recent, fan: readonly FanPoint[]): void {
  const context = prepareCanvas(canvas, width, SPARK_HEIGHT);
  const range = recent.length === 0 ? undefined : sparkRange(recent, fan);
  if (context === null || range === undefined) return;
  const scene = {
    context,
    recent,
    fan: fan.filter(({ at }) => at !== null),
    colours: colours(),
    ...axesOf(range, width),
  };
  drawAlarms(scene);
  drawBand(scene);
  drawReadings(scene);
  drawFan(scene);
}

function axesOf({ low, high, from, to }: SparkRange, width: number): Pick<Scene, 'x' | 'y'> {
  const inset = 2;
  return {
    x: (at) => ((at - from) / (to - from)) * (width - inset),
    y: (value) => inset + (1 - (value - low) / (high - low)) * (SPARK_HEIGHT - 2 * inset),
  };
}

function drawAlarms({ context, recent, x, colours: { alarm } }: Scene): void {
  context.fillStyle = withAlpha(alarm, 0.16);
  for (let i = 0; i < recent.length; i++) {
    if (recent.alarm[i] !== 1) continue;
    const left = x(recent.ts[Math.max(0, i - 1)] as number);
    context.fillRect(left, 0, Math.max(1, x(recent.ts[i] as number) - left), SPARK_HEIGHT);
  }
}

/** One area for each run of rows that have an interval. */
function drawBand({ context, recent, x, y, colours: { forecast, bandAlpha } }: Scene): void {
  context.fillStyle = withAlpha(forecast, bandAlpha);
  let start = 0;
  for (let i = 0; i <= recent.length; i++) {
    const isThere = i < recent.length && !Number.isNaN((recent.lower[i] as number) + (recent.upper[i] as number));
    if (isThere) continue;
    if (i - start > 1) {
      context.beginPath();
      for (let k = start; k < i; k++) context.lineTo(x(recent.ts[k] as number), y(recent.upper[k] as number));
      for (let k = i - 1; k >= start; k--) context.lineTo(x(recent.ts[k] as number), y(recent.lower[k] as number));
      context.fill();
    }
    start = i + 1;
  }
}

function drawReadings({ context, recent, x, y, colours: { actual } }: Scene): void {
  context.strokeStyle = actual;
  context.lineWidth = 1.4;
  context.lineJoin = 'round';
  context.beginPath();
  let isOpen = false;
  let before = 0;
  for (let i = 0; i < recent.length; i++) {
    const low = recent.low[i] as number;
    const high = recent.high[i] as number;
    const at = x(recent.ts[i] as number);
    if (Number.isNaN(low)) {
      isOpen = false;
      continue;
    }
    // Of the least and the greatest of a row the nearer one comes first: else each row would be a tooth of a saw.
    const [first, second] = Math.abs(before - low) <= Math.abs(before - high) ? [low, high] : [high, low];
    if (isOpen) context.lineTo(at, y(first));
    else context.moveTo(at, y(first));
    if (first !== second) context.lineTo(at, y(second));
    isOpen = true;
    before = second;
  }
  context.stroke();
}

function drawFan({ context, recent, fan, x, y, colours: { forecast, muted, bandAlpha } }: Scene): void {
  const last = recent.length - 1;
  const now = x(recent.newest);
  context.strokeStyle = muted;
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(now, 0);
  context.lineTo(now, SPARK_HEIGHT);
  context.stroke();
  const start = recent.high[last] as number;
  if (fan.length === 0 || Number.isNaN(start)) {
    context.setLineDash([]);
    return;
  }
  context.fillStyle = withAlpha(forecast, bandAlpha);
  context.beginPath();
  context.moveTo(now, y(start));
  for (const { at, upper, mean } of fan) context.lineTo(x(at as number), y(upper ?? mean));
  for (const { at, lower, mean } of fan.toReversed()) context.lineTo(x(at as number), y(lower ?? mean));
  context.fill();
  context.strokeStyle = forecast;
  context.lineWidth = 1.6;
  context.setLineDash([4, 2]);
  context.beginPath();
  context.moveTo(now, y(start));
  for (const { at, mean } of fan) context.lineTo(x(at as number), y(mean));
  context.stroke();
  context.setLineDash([]);
}

/** Words for who does not see the picture. */
export function sparkLabel(title: string): string {
  return `${title}: the newest readings with their expected range, and the forecasts`;
}
