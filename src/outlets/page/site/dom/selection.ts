import { make } from './make.ts';

/** A list of choices, each with its words. @param label its name for who does not see it */
export function selection<Name extends string>(
  label: string,
  names: Readonly<Record<Name, string>>,
  now: Name,
  onChoice: (name: Name) => void,
): HTMLSelectElement {
  const options = (Object.entries(names) as [Name, string][]).map(([value, text]) =>
    make('option', { value, selected: value === now }, text),
  );
  const select = make('select', { 'aria-label': label }, ...options);
  select.addEventListener('change', () => onChoice(select.value as Name));
  return select;
}
