import uPlot from 'uplot';
import type { LabelSpan } from '../data/labels.ts';
import type { Series } from '../data/series.ts';
import type { FanPoint } from '../data/stream.ts';
import { axisLook, type ChartScene, drawLabel, frameOptions, timeAxis } from './chartFrame.ts';
import { colours, withAlpha } from './colours.ts';
import { drawLabels } from './labelLane.ts';
import { alarmSpans, type ChartColumns, chartColumns, lonePoints, valueRange } from './seriesData.ts';

const HEIGHT = 300;
/** Opacity of the area between the least and the greatest reading of a bucket. */
const SPREAD_ALPHA = 0.55;

/** The content of the chart. */
export interface SeriesScene extends ChartScene {
  readonly series: Series;
  readonly fan: readonly FanPoint[];
  readonly labels: readonly LabelSpan[];
  readonly decimals: number;
  /** Epoch ms, both ends of the axis. */
  readonly from: number;
  readonly to: number;
}

/** Readings, the forecasts as they were issued, the band, alarms, and what comes next. */
export class SeriesChart {
  readonly #chart: uPlot;
  #scene: SeriesScene;
  #columns: ChartColumns;

  constructor(box: HTMLElement, width: number, scene: SeriesScene) {
    this.#scene = scene;
    this.#columns = chartColumns(scene.series, scene.fan);
    this.#chart = new uPlot(this.#options(width), this.#columns as unknown as uPlot.AlignedData, box);
  }

  show(scene: SeriesScene): void {
    this.#scene = scene;
    this.#columns = chartColumns(scene.series, scene.fan);
    this.#chart.setData(this.#columns as unknown as uPlot.AlignedData, true);
  }

  resize(width: number): void {
    if (width !== this.#chart.width) this.#chart.setSize({ width, height: HEIGHT });
    else this.#chart.redraw();
  }

  /** Puts the cursor on a row. */
  point(row: number): void {
    const at = this.#columns[0][row];
    if (at !== undefined) this.#chart.setCursor({ left: this.#chart.valToPos(at, 'x'), top: 0 });
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #options(width: number): uPlot.Options {
    const { numbers } = this.#scene.wording;
    const decimalsFor = (step: number): number => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return {
      ...frameOptions(this.#scene, width, HEIGHT),
      scales: {
        x: { time: true, range: () => [this.#scene.from / 1000, this.#scene.to / 1000] },
        y: { range: () => valueRange(this.#columns) },
      },
      axes: [
        timeAxis(this.#scene),
        {
          ...axisLook(),
          size: 56,
          space: 40,
          values: (_, splits, __, ___, step) => splits.map((value) => numbers.format(value, decimalsFor(step))),
        },
      ],
      series: [{}, ...this.#lines()],
      bands: [
        { series: [1, 2], fill: () => withAlpha(colours().forecast, colours().bandAlpha) },
        {
          series: [4, 5],
          fill: () => withAlpha(colours().actual, this.#scene.series.stepMs === null ? 0 : SPREAD_ALPHA),
        },
      ],
      hooks: {
        ...frameOptions(this.#scene, width, HEIGHT).hooks,
        drawClear: [(chart) => this.#drawAlarms(chart)],
        draw: [(chart) => drawLabels(chart, this.#scene.labels), (chart) => this.#drawNow(chart)],
      },
    };
  }

  #lines(): uPlot.Series[] {
    const points: uPlot.Series.Points = {
      show: true,
      size: 4,
      filter: (chart, place) => lonePoints(chart.data[place] as ArrayLike<number | null>),
      fill: () => colours().actual,
    };
    const none: uPlot.Series.Points = { show: false };
    const reading = { stroke: () => colours().actual, width: 1.6, points };
    return [
      { width: 0, points: none },
      { width: 0, points: none },
      { stroke: () => colours().forecast, width: 1.5, dash: [5, 3], points: none },
      reading,
      reading,
    ];
  }

  #drawAlarms({ ctx, bbox, valToPos }: uPlot): void {
    const { alarm } = colours();
    const hatch = hatching(ctx, alarm);
    for (const [start, end] of alarmSpans(this.#scene.series)) {
      const left = Math.max(bbox.left, valToPos(start / 1000, 'x', true));
      const right = Math.min(bbox.left + bbox.width, valToPos(end / 1000, 'x', true));
      if (right < bbox.left || left > bbox.left + bbox.width) continue;
      const width = Math.max(3 * uPlot.pxRatio, right - left);
      ctx.save();
      ctx.fillStyle = withAlpha(alarm, 0.1);
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = hatch ?? withAlpha(alarm, 0.1);
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = alarm;
      const size = 5 * uPlot.pxRatio;
      ctx.beginPath();
      ctx.moveTo(left - size, bbox.top);
      ctx.lineTo(left + size, bbox.top);
      ctx.lineTo(left, bbox.top + 1.6 * size);
      ctx.fill();
      ctx.restore();
    }
  }

  #drawNow({ ctx, bbox, valToPos }: uPlot): void {
    const { newest } = this.#scene.series;
    if (newest === null || this.#scene.fan.length === 0) return;
    const x = valToPos(newest / 1000, 'x', true);
    const { muted } = colours();
    ctx.save();
    ctx.strokeStyle = muted;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([3 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
    drawLabel(ctx, 'now', x - 4 * uPlot.pxRatio, bbox.top + 14 * uPlot.pxRatio, muted, 'right');
  }
}

/** Lines from the lower left to the upper right: alarms are told by more than their colour. */
function hatching(context: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const size = Math.round(6 * uPlot.pxRatio);
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const brush = tile.getContext('2d');
  if (brush === null) return null;
  brush.strokeStyle = withAlpha(colour, 0.35);
  brush.lineWidth = uPlot.pxRatio;
  brush.beginPath();
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift, size);
    brush.lineTo(shift + size, 0);
  }
  brush.stroke();
  return context.createPattern(tile, 'repeat');
}
