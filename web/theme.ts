/** Light, dark, or as the system has it. The style sheets do the rest. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const KEY = 'license-sentinel.theme';

export function rememberedTheme(): Theme {
  try {
    const known = localStorage.getItem(KEY);
    return themes.find((theme) => theme === known) ?? 'system';
  } catch {
    // A browser may forbid storage; then the choice holds for this visit.
    return 'system';
  }
}

export function rememberTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {}
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
