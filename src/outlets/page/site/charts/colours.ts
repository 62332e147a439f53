/** Colours of the theme that is in force; the style sheet has them. */
export interface Colours {
  readonly actual: string;
  readonly forecast: string;
  readonly alarm: string;
  readonly alarmSoft: string;
  readonly muted: string;
  readonly line: string;
  readonly edge: string;
  readonly surface: string;
  readonly sunk: string;
  readonly ink: string;
  readonly good: string;
  readonly bandAlpha: number;
  readonly f: string;
  readonly i: string;
  readonly o: string;
  readonly g: string;
  readonly c: string;
}

const NAMES = {
  actual: '--actual',
  forecast: '--forecast',
  alarm: '--alarm',
  alarmSoft: '--alarm-soft',
  muted: '--muted',
  line: '--line',
  edge: '--edge',
  surface: '--surface',
  sunk: '--sunk',
  ink: '--ink',
  good: '--good',
  f: '--gate-f',
  i: '--gate-i',
  o: '--gate-o',
  g: '--gate-g',
  c: '--gate-c',
} as const;

let known: Colours | undefined;

/** Reads them once a theme. */
export function colours(): Colours {
  if (known === undefined) {
    const style = getComputedStyle(document.documentElement);
    const read = (name: string): string => style.getPropertyValue(name).trim();
    const named = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)]));
    known = { ...(named as Record<keyof typeof NAMES, string>), bandAlpha: Number(read('--band-alpha')) || 0.16 };
  }
  return known;
}

/** The theme is another one now. */
export function forgetColours(): void {
  known = undefined;
}

/** A colour of six hexadecimal digits with an opacity from 0 to 1. */
export function withAlpha(colour: string, alpha: number): string {
  const byte = Math.round(Math.min(1, Math.max(0, alpha)) * 255);
  return colour + byte.toString(16).padStart(2, '0');
}
