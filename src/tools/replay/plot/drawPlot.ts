import { escapeXml } from './escapeXml.ts';
import { PLOT_WIDTH, type PlotAlarm, type PlotBucket, type PlotParts } from './plotParts.ts';
import { timeTicks, valueTicks } from './ticks.ts';

const WIDTH = 1200;
const HEIGHT = 560;
const LEFT = 76;
const TOP = 48;
/** Heights of the panel of values, and of that of the scores below it. */
const VALUES = 360;
const SCORES = 72;
const SCORE_TOP = TOP + VALUES + 24;
/** Scores above are drawn at the edge. */
const HIGHEST_SCORE = 2;
/** Narrower ranges of values are drawn as one of this width: the steps of their scale would be smaller than any float64. */
const SMALLEST_RANGE = 1e-100;
/** Pixels. What lies further out than this is drawn at this place: it is not seen, and a quotient of float64 may be infinite. */
const FURTHEST = 1e6;
/** A gap of more columns than this breaks the lines. */
const GAP = 4;

const STYLE = `<style>
text { font: 13px system-ui, sans-serif; fill: #333 }
.title { font-size: 16px; font-weight: 600 }
.grid { stroke: #e3e3e3; stroke-width: 1 }
.axis { stroke: #888; stroke-width: 1; fill: none }
.band { fill: #9ecae1; opacity: 0.6 }
.line { stroke: #08519c; stroke-width: 1.2; fill: none; stroke-linejoin: round }
.score { stroke: #636363; stroke-width: 1; fill: none }
.threshold { stroke: #cb181d; stroke-width: 1; stroke-dasharray: 4 3 }
.alarm { stroke: #cb181d; stroke-width: 1; opacity: 0.35 }
.mark { fill: #cb181d; stroke: #fff; stroke-width: 1 }
</style>`;

type Scale = (value: number) => number;

/** Draws readings, the interval that was expected for them, alarms and scores as an SVG. */
export function drawPlot(parts: PlotParts): string {
  const { title, buckets, oldest, newest } = parts;
  const x: Scale = (at) => LEFT + ((at - oldest) / (newest - oldest)) * PLOT_WIDTH;
  const [low, high] = rangeOf(buckets);
  const y: Scale = (value) => TOP + VALUES - ((value - low) / (high - low)) * VALUES;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    STYLE,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text class="title" x="${LEFT}" y="28">${escapeXml(title)}</text>`,
    legend(parts.alarms.length),
    axes(parts, [low, high], x, y),
    `<clipPath id="values"><rect x="${LEFT}" y="${TOP}" width="${PLOT_WIDTH}" height="${VALUES}"/></clipPath>`,
    `<g clip-path="url(#values)">${band(buckets, x, y)}${line(buckets, x, y)}</g>`,
    scores(buckets, x),
    alarms(parts.alarms, x, y),
    '</svg>\n',
  ].join('\n');
}

/** The values decide, with a margin: an interval that is wide at the start would press them flat. */
function rangeOf(buckets: readonly PlotBucket[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const bucket of buckets) {
    low = Math.min(low, bucket.low);
    high = Math.max(high, bucket.high);
  }
  if (!(low <= high)) return [0, 1];
  const margin = (high - low) * 0.06 || Math.max(Math.abs(high) * 0.05, 0.5);
  const least = Math.max(SMALLEST_RANGE, Math.max(Math.abs(low), Math.abs(high)) * 1e-12);
  return [low - Math.max(margin, least), high + Math.max(margin, least)];
}

function legend(alarmCount: number): string {
  const right = LEFT + PLOT_WIDTH;
  const items = [
    `<rect class="band" x="${right - 420}" y="16" width="22" height="12"/>`,
    `<text x="${right - 392}" y="27">expected interval</text>`,
    `<path class="line" d="M${right - 270} 22h22"/>`,
    `<text x="${right - 242}" y="27">reading</text>`,
    `<circle class="mark" cx="${right - 160}" cy="22" r="5"/>`,
    `<text x="${right - 148}" y="27">${alarmCount} alarm${alarmCount === 1 ? '' : 's'}</text>`,
  ];
  return items.join('');
}

function axes(parts: PlotParts, [low, high]: readonly [number, number], x: Scale, y: Scale): string {
  const right = LEFT + PLOT_WIDTH;
  const bottom = SCORE_TOP + SCORES;
  const values = valueTicks(low, high, 6).map(
    ({ at, text }) =>
      `<path class="grid" d="M${LEFT} ${round(y(at))}H${right}"/><text x="${LEFT - 8}" y="${round(y(at) + 4)}" text-anchor="end">${text}</text>`,
  );
  const times = (parts.hasTimes ? timeTicks : valueTicks)(parts.oldest, parts.newest, 9).map(
    ({ at, text }) =>
      `<path class="grid" d="M${round(x(at))} ${TOP}V${bottom}"/><text x="${round(x(at))}" y="${bottom + 20}" text-anchor="middle">${text}</text>`,
  );
  const frames = [
    `<rect class="axis" x="${LEFT}" y="${TOP}" width="${PLOT_WIDTH}" height="${VALUES}"/>`,
    `<rect class="axis" x="${LEFT}" y="${SCORE_TOP}" width="${PLOT_WIDTH}" height="${SCORES}"/>`,
  ];
  return [...values, ...times, ...frames].join('\n');
}

function band(buckets: readonly PlotBucket[], x: Scale, y: Scale): string {
  return runs(
    buckets.filter(({ bounds }) => bounds > 0),
    x,
  )
    .map((run) => {
      const upper = run.map(({ at, upper: value }) => point(x(at), y(value)));
      const lower = run.map(({ at, lower: value }) => point(x(at), y(value))).reverse();
      return `<path class="band" d="M${[...upper, ...lower].join('L')}Z"/>`;
    })
    .join('');
}

/** A column of several readings is drawn from the lowest to the highest. */
function line(buckets: readonly PlotBucket[], x: Scale, y: Scale): string {
  return runs(buckets, x)
    .map((run) => {
      const points = run.flatMap(({ at, low, high }) =>
        low === high ? [point(x(at), y(low))] : [point(x(at), y(low)), point(x(at), y(high))],
      );
      return `<path class="line" d="M${points.join('L')}${points.length === 1 ? 'h1' : ''}"/>`;
    })
    .join('');
}

function scores(buckets: readonly PlotBucket[], x: Scale): string {
  const y: Scale = (score) => SCORE_TOP + SCORES - (Math.min(score, HIGHEST_SCORE) / HIGHEST_SCORE) * SCORES;
  const paths = runs(
    buckets.filter(({ score }) => !Number.isNaN(score)),
    x,
  ).map((run) => `<path class="score" d="M${run.map(({ at, score }) => point(x(at), y(score))).join('L')}"/>`);
  const threshold = `<path class="threshold" d="M${LEFT} ${y(1)}h${PLOT_WIDTH}"/>`;
  const labels = `<text x="${LEFT - 8}" y="${y(1) + 4}" text-anchor="end">score 1</text>`;
  return `${threshold}${labels}${paths.join('')}`;
}

function alarms(marks: readonly PlotAlarm[], x: Scale, y: Scale): string {
  return marks
    .map(({ at, value }) => {
      const flag = `<path class="alarm" d="M${round(x(at))} ${TOP}V${SCORE_TOP + SCORES}"/>`;
      const mark = Number.isNaN(value)
        ? ''
        : `<circle class="mark" cx="${round(x(at))}" cy="${round(y(value))}" r="5"/>`;
      return `${flag}${mark}`;
    })
    .join('');
}

/** Runs of columns without a large gap between them. Where there are few columns, they lie far apart without one. */
function runs(buckets: readonly PlotBucket[], x: Scale): readonly (readonly PlotBucket[])[] {
  const found: PlotBucket[][] = [];
  const usual = PLOT_WIDTH / Math.max(buckets.length, 1);
  let last = Number.NEGATIVE_INFINITY;
  for (const bucket of buckets) {
    const place = x(bucket.at);
    if (place - last > GAP * Math.max(usual, 1)) found.push([]);
    found.at(-1)?.push(bucket);
    last = place;
  }
  return found;
}

const round = (pixels: number): number => Math.round(Math.min(Math.max(pixels, -FURTHEST), FURTHEST) * 10) / 10;
const point = (x: number, y: number): string => `${round(x)} ${round(y)}`;
