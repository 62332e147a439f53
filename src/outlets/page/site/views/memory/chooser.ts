import { fill, make } from '../../dom/make.ts';
import { expertWords } from '../../words/streamWords.ts';
import type { Wording } from '../../words/wording.ts';
import type { Scene } from './scene.ts';

/** The choice of a unit, and where a stream has several networks, of one of these. */
export class Chooser {
  readonly units: HTMLSelectElement = make('select', { 'aria-label': 'Unit' });
  readonly networks: HTMLElement = make('div', { class: 'row', hidden: true });
  readonly #network = make('select', {});
  #shownUnits = '';
  #shownNetworks = '';

  constructor(on: { readonly pick: (unit: number) => void; readonly network: (name: string) => void }) {
    this.units.addEventListener('change', () => on.pick(Number(this.units.value)));
    this.#network.addEventListener('change', () => on.network(this.#network.value));
    this.networks.append(make('label', {}, 'Network ', this.#network));
  }

  /** The lists are made anew only where they are others now: an open one would close. */
  show(scene: Scene, unit: number, { numbers }: Wording): void {
    const { network, networks } = scene.probe;
    const texts = scene.order.map((each) => `unit ${each}, half-life ${numbers.format(scene.halfLife(each), 1)}`);
    if (texts.join() !== this.#shownUnits && document.activeElement !== this.units) {
      this.#shownUnits = texts.join();
      fill(this.units, ...scene.order.map((each, place) => make('option', { value: each }, texts[place])));
    }
    this.units.value = `${unit}`;
    if (networks.join() !== this.#shownNetworks) {
      this.#shownNetworks = networks.join();
      fill(this.#network, ...networks.map((name) => make('option', { value: name }, nameOf(name))));
    }
    this.#network.value = network;
    this.networks.hidden = networks.length < 2;
  }
}

function nameOf(network: string): string {
  return network === 'classes' ? 'classes' : expertWords(network);
}
