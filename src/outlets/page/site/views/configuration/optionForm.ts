import { sentenceOf } from '../../data/client.ts';
import { button, fill, make } from '../../dom/make.ts';
import type { Page } from '../../shell/view.ts';
import { type Option, type PlanAnswer, planSentences, valueText, writtenValue } from './options.ts';

/** A dialog that changes one option: it shows what the change would do, and then does it. */
export class OptionForm {
  readonly element: HTMLDialogElement = make('dialog', { 'aria-labelledby': 'option-title' });
  readonly #page: Page;
  readonly #onDone: () => void;
  readonly #answer: HTMLDivElement = make('div', { role: 'status' });

  /** @param onDone called once a change is made */
  constructor(page: Page, onDone: () => void) {
    this.#page = page;
    this.#onDone = onDone;
  }

  close(): void {
    if (this.element.open) this.element.close();
  }

  /** @param revision of the configuration that the value is of: another one in force is a conflict */
  open(option: Option, revision: string | undefined): void {
    const field = make('input', { id: 'option-value', type: 'text', spellcheck: 'false', autocomplete: 'off' });
    field.value = valueText(option.value);
    const persist = make('input', { id: 'option-persist', type: 'checkbox' });
    const show = make('button', { type: 'submit' }, 'What would change');
    const apply = button('Apply', () => void this.#change(option, field.value, persist.checked, revision), {
      class: 'primary',
      disabled: true,
    });
    const form = make(
      'form',
      { class: 'stack' },
      make('h2', { id: 'option-title' }, make('code', {}, option.name)),
      make('label', { for: 'option-value' }, 'Value; nothing goes back to the default'),
      field,
      make(
        'div',
        { class: 'row' },
        persist,
        make('label', { for: 'option-persist' }, 'Write it into the configuration file'),
      ),
      this.#answer,
      make(
        'div',
        { class: 'row' },
        show,
        apply,
        button('Cancel', () => this.close()),
      ),
    );
    fill(this.#answer);
    field.addEventListener('input', () => {
      apply.disabled = true;
      fill(this.#answer);
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#plan(option, field.value, persist.checked, revision).then((isFine) => {
        apply.disabled = !isFine;
      });
    });
    fill(this.element, form);
    this.element.showModal();
    field.select();
  }

  async #plan(option: Option, text: string, persist: boolean, revision: string | undefined): Promise<boolean> {
    try {
      const plan = await this.#ask(option, text, { plan: true, persist, revision });
      fill(this.#answer, ...planSentences(plan).map((sentence) => make('p', {}, sentence)));
      return true;
    } catch (error) {
      fill(this.#answer, make('p', { class: 'fault' }, sentenceOf(error)));
      return false;
    }
  }

  async #change(option: Option, text: string, persist: boolean, revision: string | undefined): Promise<void> {
    try {
      await this.#ask(option, text, { plan: false, persist, revision });
      this.close();
      this.#page.say(`${option.name} is changed.`);
      this.#onDone();
    } catch (error) {
      fill(this.#answer, make('p', { class: 'fault' }, sentenceOf(error)));
    }
  }

  #ask(option: Option, text: string, rest: object): Promise<PlanAnswer> {
    return this.#page.client.request<PlanAnswer>('options', {
      set: { [option.name]: writtenValue(text, option.value) },
      ...rest,
    });
  }
}
