import { keepChoice } from '../dom/kept.ts';
import { button, fill, make } from '../dom/make.ts';
import { table } from '../dom/table.ts';
import { areKeysOn } from './keys.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'find a stream'],
  ['g o', 'overview'],
  ['g a', 'alarms'],
  ['g s', 'system'],
  ['g c', 'configuration'],
  ['j', 'next stream'],
  ['k', 'previous stream'],
  ['m', 'forecast or memory of a stream'],
  ['1 2 3 4', 'span of the chart'],
  ['t', 'table of the chart'],
  ['← →', 'single readings of the chart that has the focus'],
  ['d', 'light or dark'],
  ['?', 'this list'],
  ['Esc', 'close'],
];

/** The list of keys, with the setting that turns single keys off. */
export function showKeyList(dialog: HTMLDialogElement): void {
  const rows = KEYS.map(([keys, does]) => ({ cells: [make('span', { class: 'keys' }, ...caps(keys)), does] }));
  const isOn = make('input', { type: 'checkbox', id: 'keys-on' });
  isOn.checked = areKeysOn();
  isOn.addEventListener('change', () => keepChoice('keys', isOn.checked ? 'on' : 'off'));
  fill(
    dialog,
    make('h2', { id: 'keys-title' }, 'Keys'),
    table('Keys and what they do', [{ name: 'key' }, { name: 'does' }], rows),
    make('p', { class: 'row' }, isOn, make('label', { for: 'keys-on' }, 'Single keys do this')),
    button('Close', () => dialog.close(), { class: 'primary' }),
  );
  dialog.showModal();
}

function caps(keys: string): readonly HTMLElement[] {
  return keys.split(' ').map((key) => make('kbd', {}, key));
}
