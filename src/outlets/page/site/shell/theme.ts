import { forgetColours } from '../charts/colours.ts';
import { keepChoice, readChoice } from '../dom/kept.ts';

const DARK = '(prefers-color-scheme: dark)';

/** Changes to the other one, and keeps that. */
export function toggleTheme(): void {
  const theme = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
  keepChoice('theme', theme);
  show(theme);
}

/** Calls back after a change of the theme or the contrast of the system. A chosen theme stays. */
export function followTheme(onChange: () => void): void {
  const chosen = (): boolean => ['light', 'dark'].includes(readChoice('theme') ?? '');
  for (const query of [DARK, '(prefers-contrast: more)']) {
    matchMedia(query).addEventListener('change', () => {
      if (!chosen()) show(matchMedia(DARK).matches ? 'dark' : 'light');
      forgetColours();
      onChange();
    });
  }
}

function show(theme: 'light' | 'dark'): void {
  document.documentElement.dataset['theme'] = theme;
  forgetColours();
}
