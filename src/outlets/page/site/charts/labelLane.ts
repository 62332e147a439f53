import uPlot from 'uplot';
import type { LabelSpan } from '../data/labels.ts';
import { colours, withAlpha } from './colours.ts';

const HEIGHT = 16;
const TEXT_INSET = 4;

/** Draws the labels that were told at the foot of a chart: a bar over the span of each, with its name where there is room. */
export function drawLabels({ ctx, bbox, valToPos }: uPlot, labels: readonly LabelSpan[]): void {
  const ratio = uPlot.pxRatio;
  const { good, surface, ink } = colours();
  const [right, bottom, height] = [bbox.left + bbox.width, bbox.top + bbox.height, HEIGHT * ratio];
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { from, to, label } of labels) {
    const start = Math.max(bbox.left, valToPos(from / 1000, 'x', true));
    const end = Math.min(right, valToPos(to / 1000, 'x', true));
    if (end < bbox.left || start > right) continue;
    const width = Math.max(3 * ratio, end - start);
    ctx.fillStyle = surface;
    ctx.fillRect(start, bottom - height, width, height);
    ctx.fillStyle = withAlpha(good, 0.28);
    ctx.fillRect(start, bottom - height, width, height);
    ctx.fillStyle = good;
    ctx.fillRect(start, bottom - height, 2 * ratio, height);
    if (ctx.measureText(label).width + 2 * TEXT_INSET * ratio > width) continue;
    ctx.fillStyle = ink;
    ctx.fillText(label, start + TEXT_INSET * ratio, bottom - height / 2);
  }
  ctx.restore();
}
