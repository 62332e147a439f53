import { sentenceOf } from '../../data/client.ts';
import { button, fill, make } from '../../dom/make.ts';
import { selection } from '../../dom/selection.ts';
import { type Row, scrolling, table } from '../../dom/table.ts';
import type { Page, View } from '../../shell/view.ts';
import { OptionForm } from './optionForm.ts';
import {
  appliesWords,
  CHOICES,
  groupsOf,
  isChosen,
  isEditable,
  type Option,
  type OptionChoice,
  type OptionGroup,
  type OptionsAnswer,
  originWords,
  valueText,
} from './options.ts';

const COLUMNS = [{ name: 'option' }, { name: 'value' }, { name: 'from' }, { name: 'a change applies' }, { name: '' }];

/** The view that answers: what is in force, and from where? */
export function configurationView(page: Page): View {
  return new ConfigurationView(page);
}

class ConfigurationView implements View {
  readonly title = 'Configuration';
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #box: HTMLDivElement = scrolling('Options');
  readonly #notes: HTMLDivElement = make('div', { role: 'status' });
  readonly #form: OptionForm;
  readonly #search: HTMLInputElement = make('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Find an option  ( / )',
    'aria-label': 'Find an option',
  });
  #answer: OptionsAnswer | undefined;
  #choice: OptionChoice = 'all';
  #isGone = false;

  constructor(page: Page) {
    this.#page = page;
    this.#box.classList.add('panel', 'stacked', 'options');
    this.#form = new OptionForm(page, () => void this.#load());
    this.#search.addEventListener('input', () => this.#draw());
    const choice = selection('Options', CHOICES, this.#choice, (chosen) => {
      this.#choice = chosen;
      this.#draw();
    });
    this.content = [
      make(
        'div',
        { class: 'head' },
        make('h1', {}, 'Configuration'),
        make('div', { class: 'row tools' }, this.#search, choice),
      ),
      make(
        'p',
        { class: 'muted' },
        'What is in force now, and where each value comes from. Options that need no restart can be changed here; what a change would do is shown first.',
      ),
      this.#notes,
      this.#box,
      this.#form.element,
    ];
  }

  shown(): void {
    void this.#load();
  }

  update(): void {
    // Nothing of it comes by events.
  }

  leave(): void {
    this.#isGone = true;
    this.#form.close();
  }

  async #load(): Promise<void> {
    try {
      this.#answer = await this.#page.client.request<OptionsAnswer>('options', {});
      if (!this.#isGone) this.#draw();
    } catch (error) {
      fill(this.#notes, make('p', { class: 'fault' }, sentenceOf(error)));
    }
  }

  #draw(): void {
    if (this.#answer === undefined) return;
    const { options, unsaved = [], left_off = 0 } = this.#answer;
    const waiting = options.flatMap(({ name, in_force }) => (in_force === undefined ? [] : [name]));
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = options.filter(
      (option) => isChosen(option, this.#choice) && words.every((word) => option.name.toLowerCase().includes(word)),
    );
    const notes = [
      unsaved.length > 0 && `Changed until the next start: ${unsaved.join(', ')}.`,
      waiting.length > 0 && `These wait for a restart of the daemon: ${waiting.join(', ')}.`,
      left_off > 0 && `${left_off} options are left off: the answer has no room for them.`,
    ];
    fill(this.#notes, ...notes.map((note) => note !== false && make('p', {}, note)));
    fill(this.#box, ...groupsOf(found).map((group) => this.#group(group, unsaved)));
    if (found.length === 0) fill(this.#box, make('p', {}, 'There is no such option.'));
  }

  #group({ heading, options }: OptionGroup, unsaved: readonly string[]): HTMLElement {
    const rows = options.map((option) => this.#row(option, unsaved));
    return make('section', {}, make('h2', {}, heading), table(`Options of ${heading}`, COLUMNS, rows));
  }

  #row(option: Option, unsaved: readonly string[]): Row {
    const text = valueText(option.value);
    const value = text === '' ? make('span', { class: 'muted' }, 'not set') : make('code', {}, text);
    const until =
      option.in_force !== undefined && make('code', {}, ` (until the next start ${valueText(option.in_force)})`);
    const change =
      isEditable(option) &&
      button('Change', () => this.#form.open(option, this.#answer?.revision), {
        'aria-label': `Change ${option.name}`,
      });
    const origin = originWords(option);
    return {
      cells: [
        make('code', {}, option.name),
        make('span', {}, value, until),
        unsaved.includes(option.name) ? `${origin} (until the next start)` : origin,
        appliesWords(option.applies),
        change,
      ],
    };
  }
}
