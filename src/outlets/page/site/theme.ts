// Runs before the first paint: a dark page never flashes white. It imports nothing.
function keptTheme(): string | null {
  try {
    return localStorage.getItem('tidegate.theme');
  } catch {
    return null;
  }
}

const kept: string | null = keptTheme();
if (kept === 'light' || kept === 'dark') document.documentElement.dataset['theme'] = kept;
