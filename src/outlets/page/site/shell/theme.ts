import { forgetColours } from '../charts/colours.ts';
import { keepChoice } from '../dom/kept.ts';

type Theme = 'light' | 'dark';

/** The theme that is in force: the one chosen, else that of the system. */
function themeNow(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Changes to the other one, and keeps that. */
export function toggleTheme(): Theme {
  const theme = themeNow() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = theme;
  keepChoice('theme', theme);
  forgetColours();
  return theme;
}

/** Calls back once the system, and with it the page, has another theme or another contrast. */
export function followTheme(onChange: () => void): void {
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
    matchMedia(query).addEventListener('change', () => {
      forgetColours();
      onChange();
    });
  }
}
