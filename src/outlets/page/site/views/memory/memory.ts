import { MEMORY_NETWORKS, type MemoryNetwork } from '../../../../../domain/memoryProbe.ts';
import { toDurationMs } from '../../../../../domain/time.ts';
import { decodeProbe } from '../../../probeFrame.ts';
import { sentenceOf } from '../../data/client.ts';
import type { Change } from '../../data/live.ts';
import type { Stream } from '../../data/stream.ts';
import { make, setText } from '../../dom/make.ts';
import type { Page, View } from '../../shell/view.ts';
import { headingOf, streamHead } from '../stream/streamHead.ts';
import { CellDrawing } from './cellDrawing.ts';
import { Chooser } from './chooser.ts';
import { Equations } from './equations.ts';
import { LifeDots } from './lifeDots.ts';
import { introduction, lifeWords, type Sensor } from './memoryWords.ts';
import { ReachCurve } from './reachCurve.ts';
import { Scene } from './scene.ts';
import { ShareBars } from './shareBars.ts';
import { type Choice, Strip } from './strip.ts';
import { UnitTable } from './unitTable.ts';

/** The daemon keeps an answer for as long. */
const LEAST_PAUSE = toDurationMs(2000);

/** The view of what a stream remembers, and of what moves its forecast. */
export function memoryView(page: Page, stream: string): View {
  return new MemoryView(page, stream);
}

class MemoryView implements View {
  readonly title: string;
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #id: string;
  readonly #strip: Strip;
  readonly #drawing = new CellDrawing();
  readonly #equations = new Equations();
  readonly #dots = new LifeDots();
  readonly #reach = new ReachCurve();
  readonly #shares = new ShareBars();
  readonly #table: UnitTable;
  readonly #chooser: Chooser;
  readonly #intro = make('p', { class: 'say' });
  readonly #unitSay = make('p', { class: 'muted small' });
  readonly #trouble = make('p', { class: 'state-box', role: 'status' }, 'Looking into the memory …');
  readonly #panels = make('div', { class: 'memory', hidden: true });
  readonly #gone = new AbortController();
  #network: MemoryNetwork | undefined;
  #scene: Scene | undefined;
  /** The scene to come, while somebody points. */
  #next: Scene | undefined;
  #unit: number | undefined;
  #pointed: number | null = null;
  #row: number | null = null;
  #followed: Stream | undefined;
  #isAsking = false;
  #seen = -1;
  #cancelPause = (): void => undefined;
  #isPausing = false;

  constructor(page: Page, id: string) {
    this.#page = page;
    this.#id = id;
    const stream = page.live.byId.get(id);
    this.title = headingOf(stream?.title ?? id, 'memory');
    this.#strip = new Strip({
      look: (row) => this.#point(row),
      pick: (unit) => this.#choose(unit),
      move: (rows, places) => this.#move(rows, places),
    });
    this.#table = new UnitTable(() => this.#draw());
    this.#chooser = new Chooser({
      pick: (unit) => this.#choose(unit),
      network: (network) => this.#look(network),
    });
    this.#place();
    this.content = [streamHead(page, id, 'memory'), this.#intro, this.#trouble, this.#panels];
  }

  #place(): void {
    const head = make('div', { class: 'head' }, make('h2', {}, 'One unit of the cell'), this.#chooser.units);
    const cell = make(
      'section',
      { class: 'panel' },
      head,
      this.#drawing.element,
      this.#unitSay,
      this.#equations.element,
    );
    this.#panels.append(
      make('div', {}, this.#chooser.networks, this.#strip.element, this.#shares.element, this.#table.element),
      make('div', {}, cell, this.#dots.element, this.#reach.element),
    );
  }

  get #stream(): Stream | undefined {
    return this.#page.live.byId.get(this.#id);
  }

  get #sensor(): Sensor {
    const stream = this.#stream;
    const { title = this.#id, unit = '', decimals = 2 } = stream ?? {};
    return { title, unit, decimals, zone: stream?.info.zone };
  }

  shown(): void {
    this.#follow();
    void this.#load();
  }

  /** Asks for the readings of the stream, once it is known: a page that begins with this view has no list yet. */
  #follow(): void {
    const stream = this.#stream;
    if (stream === undefined || stream === this.#followed) return;
    this.#followed = stream;
    this.#page.live.want([stream]);
  }

  update(changes: ReadonlySet<Change>): void {
    this.#follow();
    const version = this.#stream?.version ?? 0;
    if ((changes.has('readings') || changes.has('list')) && version !== this.#seen) void this.#load();
    this.#draw();
  }

  redraw(): void {
    this.#draw();
  }

  leave(): void {
    this.#gone.abort();
    this.#cancelPause();
  }

  key(key: string): boolean {
    if (key === 't') this.#table.toggle();
    else if (key === 'm') this.#page.go({ view: 'stream', stream: this.#id });
    else return false;
    return true;
  }

  /** One request at a time, and a pause after each: what came meanwhile is in the next one. */
  async #load(): Promise<void> {
    if (this.#isAsking || this.#isPausing || this.#gone.signal.aborted) return;
    this.#isAsking = true;
    this.#seen = this.#stream?.version ?? 0;
    const network = this.#network;
    try {
      const asked = { query: { id: this.#id, network }, signal: this.#gone.signal };
      const bytes = await this.#page.client.bytes('api/stream/probe', asked);
      // Another network may have been chosen since.
      if (network === this.#network) this.#take(new Scene(decodeProbe(bytes)));
    } catch (error) {
      if (!this.#gone.signal.aborted) this.#fail(sentenceOf(error));
    } finally {
      this.#isAsking = false;
      this.#rest();
    }
  }

  #rest(): void {
    this.#isPausing = true;
    this.#cancelPause = this.#page.delay(() => {
      this.#isPausing = false;
      if (this.#seen !== (this.#stream?.version ?? 0)) void this.#load();
    }, LEAST_PAUSE);
  }

  #take(scene: Scene): void {
    if (this.#pointed !== null && this.#scene !== undefined) {
      this.#next = scene;
      return;
    }
    this.#scene = scene;
    this.#next = undefined;
    this.#trouble.hidden = true;
    this.#panels.hidden = false;
    this.#page.ask();
  }

  #fail(sentence: string): void {
    setText(this.#trouble, sentence);
    this.#trouble.hidden = false;
    this.#panels.hidden = this.#scene === undefined;
  }

  /** Somebody points at a row, or no longer: the order of the units stays for as long. */
  #point(row: number | null): void {
    this.#pointed = row;
    if (row === null && this.#next !== undefined) this.#take(this.#next);
    this.#page.ask();
  }

  #choose(unit: number): void {
    this.#unit = unit;
    this.#page.ask();
  }

  #look(network: string): void {
    this.#network = MEMORY_NETWORKS.find((name) => name === network);
    this.#unit = undefined;
    this.#cancelPause();
    this.#isPausing = false;
    void this.#load();
  }

  #move(rows: number, places: number): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const { row, unit } = this.#choiceIn(scene);
    this.#row = Math.min(scene.rows - 1, Math.max(0, row + rows)) - scene.rows;
    const place = scene.order.indexOf(unit) + places;
    this.#unit = scene.order[Math.min(scene.units - 1, Math.max(0, place))];
    this.#page.ask();
  }

  /** Without a choice the unit with the largest part in the answer, and the newest row. */
  #choiceIn(scene: Scene): Choice {
    const unit = this.#unit !== undefined && this.#unit < scene.units ? this.#unit : scene.leading;
    const chosen = this.#row === null ? scene.rows - 1 : Math.max(0, scene.rows + this.#row);
    return { unit, row: Math.min(scene.rows - 1, this.#pointed ?? chosen) };
  }

  #draw(): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const { wording } = this.#page;
    const sensor = this.#sensor;
    const choice = this.#choiceIn(scene);
    setText(this.#intro, introduction(scene.probe, wording));
    this.#chooser.show(scene, choice.unit, wording);
    this.#strip.draw(scene, choice, sensor, wording);
    this.#drawing.element.toggleAttribute('hidden', !scene.has('c'));
    if (scene.has('c')) this.#drawing.show(scene, choice, wording);
    this.#equations.draw(scene, choice, wording);
    setText(this.#unitSay, this.#unitWords(scene, choice.unit));
    this.#dots.show(scene, choice.unit, wording);
    this.#reach.show(scene, wording);
    this.#shares.show(scene, sensor, wording);
    this.#table.show(scene, wording);
  }

  #unitWords(scene: Scene, unit: number): string {
    const part = this.#page.wording.numbers.percent(scene.probe.importance[unit], 1);
    const inAnswer = `Its part in the answer is ${part}.`;
    const life = scene.halfLife(unit);
    if (!Number.isFinite(life)) return `Unit ${unit}. ${inAnswer}`;
    return `Unit ${unit}: what it holds is halved in ${lifeWords(life, scene.probe, this.#page.wording)} if nothing new comes in. ${inAnswer}`;
  }
}
