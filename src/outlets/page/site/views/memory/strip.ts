import { prepareCanvas } from '../../charts/canvas.ts';
import { type Colours, colours } from '../../charts/colours.ts';
import { fill, make, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import { rowSentence, type Sensor } from './memoryWords.ts';
import type { Lane, Scene } from './scene.ts';

/** The unit and the row that are chosen. */
export interface Choice {
  readonly unit: number;
  readonly row: number;
}

export interface StripListener {
  /** Somebody points at a row; null: no longer. */
  look(row: number | null): void;
  pick(unit: number): void;
  /** Arrow keys: rows to the right, places in the order downwards. */
  move(rows: number, places: number): void;
}

const VALUE_HEIGHT = 56;
const AXIS_HEIGHT = 18;
/** Pixels from one time on the axis to the next. */
const TICK_WIDTH = 96;

interface Strips {
  readonly lane: Lane;
  readonly canvas: HTMLCanvasElement;
}

/** The last readings inside the memory: a line for each unit, a column for each reading. */
export class Strip {
  readonly element: HTMLElement;
  readonly #listener: StripListener;
  readonly #box = make('div', { class: 'memory-strip' });
  readonly #value = make('canvas', {
    class: 'value',
    role: 'img',
    'aria-label': 'The readings, in the same columns as the strips below',
  });
  readonly #axis = make('canvas', { class: 'axis', 'aria-hidden': 'true' });
  readonly #say = make('p', { class: 'readout' });
  readonly #caption = make('strong', {});
  #strips: readonly Strips[] = [];
  #scene: Scene | undefined;
  /** Unit and lanes that stand there. */
  #layout: string | undefined;

  constructor(listener: StripListener) {
    this.#listener = listener;
    this.#box.tabIndex = 0;
    this.#box.setAttribute('role', 'group');
    this.#box.setAttribute('aria-label', 'Gates by unit and reading; arrow keys choose reading and unit');
    this.#box.addEventListener('keydown', (event) => this.#onKey(event));
    this.#listen(this.#value);
    const note = make('span', {}, 'a line for each unit, the longest memory on top; strong colour: the gate is open');
    this.element = make(
      'figure',
      { class: 'panel' },
      make('figcaption', {}, this.#caption, note),
      this.#box,
      this.#say,
    );
  }

  draw(scene: Scene, choice: Choice, sensor: Sensor, wording: Wording): void {
    const layout = [sensor.unit, ...scene.lanes.map(({ state }) => state)].join(' ');
    if (layout !== this.#layout) this.#place(scene, sensor);
    this.#layout = layout;
    this.#scene = scene;
    setText(this.#caption, `The last ${wording.numbers.format(scene.rows)} readings inside the memory`);
    const palette = colours();
    this.#drawValue(scene, choice, palette);
    for (const strip of this.#strips) drawLane(strip, scene, choice, palette);
    this.#drawAxis(scene, sensor, wording, palette);
    setText(this.#say, rowSentence(scene, choice.row, sensor, wording));
  }

  #place(scene: Scene, { unit }: Sensor): void {
    this.#strips = scene.lanes.map((lane) => ({ lane, canvas: this.#laneCanvas(lane, scene) }));
    const label = (kind: string, letter: string, word: string): HTMLElement =>
      make('span', { class: `label ${kind}` }, letter === '' ? null : make('b', {}, letter), make('small', {}, word));
    fill(
      this.#box,
      label('c', '', unit === '' ? 'reading' : `reading, ${unit}`),
      this.#value,
      ...this.#strips.flatMap(({ lane, canvas }) => [label(lane.colour, lane.letter, lane.word), canvas]),
      make('span', {}),
      this.#axis,
    );
  }

  #laneCanvas(lane: Lane, { units, rows }: Scene): HTMLCanvasElement {
    const label = `${lane.title} of ${units} units over ${rows} readings`;
    const canvas = make('canvas', { class: 'lane', role: 'img', 'aria-label': label });
    this.#listen(canvas);
    canvas.addEventListener('click', (event) => {
      const scene = this.#scene;
      if (scene === undefined) return;
      const place = Math.floor(shareOf(event.offsetY, canvas.clientHeight) * scene.units);
      this.#listener.pick(scene.order[Math.min(scene.units - 1, place)] ?? 0);
    });
    return canvas;
  }

  #listen(canvas: HTMLCanvasElement): void {
    canvas.addEventListener('pointermove', (event) => {
      const scene = this.#scene;
      if (scene === undefined) return;
      const row = Math.floor(shareOf(event.offsetX, canvas.clientWidth) * scene.rows);
      this.#listener.look(Math.min(scene.rows - 1, row));
    });
    canvas.addEventListener('pointerleave', () => this.#listener.look(null));
  }

  #onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#listener.move(...move);
  }

  #drawValue(scene: Scene, { row }: Choice, palette: Colours): void {
    const width = this.#value.clientWidth;
    const context = prepareCanvas(this.#value, width, VALUE_HEIGHT);
    if (context === null) return;
    const { readings } = scene.probe;
    const known = readings.filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const span = high > low ? high - low : 1;
    const column = width / scene.rows;
    context.fillStyle = palette.sunk;
    context.fillRect(0, 0, width, VALUE_HEIGHT);
    context.strokeStyle = palette.actual;
    context.lineWidth = 1.5;
    context.beginPath();
    let isOpen = false;
    readings.forEach((reading, k) => {
      const y = VALUE_HEIGHT - 4 - ((reading - low) / span) * (VALUE_HEIGHT - 8);
      if (!Number.isFinite(reading)) isOpen = false;
      else if (isOpen) context.lineTo(k * column, y);
      else context.moveTo(k * column, y);
      if (!Number.isFinite(reading)) return;
      isOpen = true;
      context.lineTo((k + 1) * column, y);
    });
    context.stroke();
    frame(context, palette, row * column, 0.5, column, VALUE_HEIGHT - 1, 1);
  }

  #drawAxis(scene: Scene, { zone }: Sensor, { times }: Wording, palette: Colours): void {
    const width = this.#axis.clientWidth;
    const context = prepareCanvas(this.#axis, width, AXIS_HEIGHT);
    if (context === null) return;
    context.fillStyle = palette.muted;
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'top';
    const ticks = Math.max(1, Math.floor(width / TICK_WIDTH));
    for (let tick = 0; tick < ticks; tick++) {
      const at = scene.probe.times[Math.floor((tick * scene.rows) / ticks)];
      context.textAlign = tick === 0 ? 'left' : 'center';
      if (at !== undefined && Number.isFinite(at)) context.fillText(times.clock(at, zone), (tick * width) / ticks, 3);
    }
    context.textAlign = 'right';
    context.fillText('now', width, 3);
  }
}

function shareOf(offset: number, length: number): number {
  return length > 0 ? Math.min(1, Math.max(0, offset / length)) : 0;
}

/** A pixel for each unit and reading, made larger: rows of pixels stay sharp. */
function drawLane({ lane, canvas }: Strips, scene: Scene, { unit, row }: Choice, palette: Colours): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = prepareCanvas(canvas, width, height);
  if (context === null || width === 0) return;
  const { rows, units, order } = scene;
  const picture = new OffscreenCanvas(rows, units);
  const pixels = new ImageData(rows, units);
  const [open, shut] = [rgbOf(palette[lane.colour]), rgbOf(palette.sunk)];
  order.forEach((chosen, place) => {
    for (let k = 0; k < rows; k++) {
      const share = scene.shade(lane, k, chosen);
      const at = 4 * (place * rows + k);
      for (let part = 0; part < 3; part++) {
        const [from, to] = [shut[part] ?? 0, open[part] ?? 0];
        pixels.data[at + part] = from + (to - from) * share;
      }
      pixels.data[at + 3] = 255;
    }
  });
  picture.getContext('2d')?.putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, width, height);
  const [across, down] = [width / rows, height / units];
  frame(context, palette, 0.75, order.indexOf(unit) * down - 0.5, width - 1.5, down + 1, 1.5);
  frame(context, palette, row * across, 0.5, across, height - 1, 1);
}

function frame(
  context: CanvasRenderingContext2D,
  { ink }: Colours,
  x: number,
  y: number,
  width: number,
  height: number,
  line: number,
): void {
  context.strokeStyle = ink;
  context.lineWidth = line;
  context.strokeRect(x, y, width, height);
}

/** Parts of a colour of six hexadecimal digits. */
function rgbOf(colour: string): readonly number[] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
