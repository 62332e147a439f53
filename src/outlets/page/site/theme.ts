// Runs before the first paint: a dark page never flashes white. It imports nothing. The theme is written into the document, so the style sheet has each once.
function keptTheme(): string | null {
  try {
    return localStorage.getItem('tidegate.theme');
  } catch {
    return null;
  }
}

const kept: string | null = keptTheme();
const systemTheme: string = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
document.documentElement.dataset['theme'] = kept === 'light' || kept === 'dark' ? kept : systemTheme;
