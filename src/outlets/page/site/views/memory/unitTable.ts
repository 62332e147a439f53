import { meanSizes } from '../../../../../domain/memorySummary.ts';
import { fill, make } from '../../dom/make.ts';
import { scrolling, table } from '../../dom/table.ts';
import type { Wording } from '../../words/wording.ts';
import type { Scene } from './scene.ts';

/** The numbers of all units, for who wants to read them: key `t`. */
export class UnitTable {
  readonly element: HTMLDetailsElement;
  readonly #box = make('div', {});
  readonly #onOpen: () => void;

  /** @param onOpen asks for the numbers: they are made while the table is open alone */
  constructor(onOpen: () => void) {
    this.#onOpen = onOpen;
    this.element = make('details', { class: 'panel' }, make('summary', {}, 'Table of the units'), this.#box);
    this.element.addEventListener('toggle', () => this.element.open && this.#onOpen());
  }

  toggle(): void {
    this.element.open = !this.element.open;
  }

  show(scene: Scene, { numbers, times }: Wording): void {
    if (!this.element.open) return;
    const { probe, order, units, lanes } = scene;
    const means = lanes.map(({ state }) => {
      const values = probe.states.find(({ name }) => name === state)?.values ?? new Float32Array(0);
      return meanSizes(values, units);
    });
    const columns = [
      'unit',
      'half-life, readings',
      'half-life',
      'part in the answer',
      ...lanes.map(({ letter }) => `mean ${letter}`),
    ];
    const rows = order.map((unit) => {
      const life = scene.halfLife(unit);
      const time =
        probe.interval > 0 && Number.isFinite(life) ? times.duration(life * probe.interval) : numbers.format(null);
      const ofLanes = means.map((mean) => numbers.format(mean[unit], 2));
      return {
        cells: [`${unit}`, numbers.format(life, 1), time, numbers.percent(probe.importance[unit], 1), ...ofLanes],
      };
    });
    const caption = `Units of the memory, means over ${scene.rows} readings`;
    const named = columns.map((name, k) => ({ name, isNumber: k > 0 }));
    fill(this.#box, scrolling(caption, table(caption, named, rows)));
  }
}
