// Choices of the viewer, in the browser's storage. A browser may refuse it: then a choice lasts as long as the page.

/** Beginning of the names below which they are kept. */
const NAMES = 'tidegate.';
const chosen = new Map<string, string>();

export function readChoice(name: string): string | null {
  const now = chosen.get(name);
  if (now !== undefined) return now;
  try {
    return localStorage.getItem(NAMES + name);
  } catch {
    return null;
  }
}

export function keepChoice(name: string, value: string): void {
  chosen.set(name, value);
  try {
    localStorage.setItem(NAMES + name, value);
  } catch {
    // Refused or full: the map has it.
  }
}
