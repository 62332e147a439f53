import { readChoice } from '../dom/kept.ts';

/** A key follows `g` within this time. */
const SEQUENCE_MS = 1500;

/** Actions of single keys. */
export interface KeyActions {
  readonly go: (view: 'overview' | 'alarms' | 'system' | 'configuration') => void;
  /** Shows the next stream of the list, or the one before. */
  readonly step: (places: 1 | -1) => void;
  readonly search: () => void;
  readonly theme: () => void;
  readonly help: () => void;
  /** The view's own keys. */
  readonly view: (key: string) => void;
}

const VIEWS = { o: 'overview', a: 'alarms', s: 'system', c: 'configuration' } as const;

/** True while single keys do something: people who speak to the computer turn them off. */
export function areKeysOn(): boolean {
  return readChoice('keys') !== 'off';
}

/** Listens to single keys; none with Ctrl, Alt or Meta, and none while a field has the focus. */
export function listenToKeys(actions: KeyActions): void {
  let startedAt = Number.NEGATIVE_INFINITY;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (!areKeysOn() || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
    const isSecond = event.timeStamp - startedAt < SEQUENCE_MS;
    startedAt = Number.NEGATIVE_INFINITY;
    if (isSecond && event.key in VIEWS) actions.go(VIEWS[event.key as keyof typeof VIEWS]);
    else if (event.key === 'g') startedAt = event.timeStamp;
    else act(event, actions);
  });
}

function act(event: KeyboardEvent, actions: KeyActions): void {
  const own: Readonly<Record<string, () => void>> = {
    '/': actions.search,
    j: () => actions.step(1),
    k: () => actions.step(-1),
    d: actions.theme,
    '?': actions.help,
  };
  // Otherwise the sign would stand in the field.
  if (event.key === '/') event.preventDefault();
  if (Object.hasOwn(own, event.key)) own[event.key]?.();
  else actions.view(event.key);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName);
}
