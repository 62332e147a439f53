import uPlot from 'uplot';
import type { Series } from '../data/series.ts';
import { SCORE_TICKS, scoreTop } from '../words/scoreTicks.ts';
import { axisLook, type ChartScene, drawLabel, frameOptions, timeAxis } from './chartFrame.ts';
import { colours, withAlpha } from './colours.ts';

const HEIGHT = 120;

export interface ScoreScene extends ChartScene {
  readonly series: Series;
  readonly from: number;
  readonly to: number;
}

/** The anomaly score on an axis that shows 0.2 and 18.8 at once (inverse hyperbolic sine), with its threshold. */
export class ScoreChart {
  readonly #chart: uPlot;
  #scene: ScoreScene;

  constructor(box: HTMLElement, width: number, scene: ScoreScene) {
    this.#scene = scene;
    this.#chart = new uPlot(this.#options(width), this.#data(), box);
  }

  show(scene: ScoreScene): void {
    this.#scene = scene;
    this.#chart.setData(this.#data(), true);
  }

  resize(width: number): void {
    if (width !== this.#chart.width) this.#chart.setSize({ width, height: HEIGHT });
    else this.#chart.redraw();
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #data(): uPlot.AlignedData {
    const { ts, score } = this.#scene.series;
    return [ts.map((at) => at / 1000), [...score]];
  }

  #options(width: number): uPlot.Options {
    const { numbers } = this.#scene.wording;
    const top = (): number =>
      scoreTop(this.#scene.series.score.reduce<number>((most, value) => Math.max(most, value ?? 0), 0));
    return {
      ...frameOptions(this.#scene, width, HEIGHT),
      scales: {
        x: { time: true, range: () => [this.#scene.from / 1000, this.#scene.to / 1000] },
        y: { distr: 4, asinh: 1, range: () => [0, top()] },
      },
      axes: [
        timeAxis(this.#scene),
        {
          ...axisLook(),
          size: 56,
          splits: () => SCORE_TICKS.filter((tick) => tick <= top()),
          // On an axis of this kind uPlot would leave out ticks that are no powers of ten.
          filter: (_, splits) => splits,
          values: (_, splits) => splits.map((value) => numbers.format(value)),
        },
      ],
      series: [
        {},
        { stroke: strokeOf, fill: () => withAlpha(colours().ink, 0.08), width: 1.8, points: { show: false } },
      ],
      hooks: { ...frameOptions(this.#scene, width, HEIGHT).hooks, draw: [drawThreshold] },
    };
  }
}

/** The part of the line above the threshold has the colour of alarms. */
function strokeOf(chart: uPlot): CanvasGradient | string {
  const { alarm, ink } = colours();
  const { top, height } = chart.bbox;
  const y = chart.valToPos(1, 'y', true);
  if (!Number.isFinite(y) || height <= 0) return ink;
  const place = Math.min(1, Math.max(0, (y - top) / height));
  const gradient = chart.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, alarm);
  gradient.addColorStop(place, alarm);
  gradient.addColorStop(place, ink);
  gradient.addColorStop(1, ink);
  return gradient;
}

function drawThreshold({ ctx, bbox, valToPos }: uPlot): void {
  const y = valToPos(1, 'y', true);
  const { alarm } = colours();
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = alarm;
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([6 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
  drawLabel(ctx, 'alarm from 1', bbox.left + 6 * ratio, y - 2 * ratio, alarm, 'left');
}
