/** The name that the reader signed with last, on this computer. */
const KEY = 'license-sentinel.name';

/** `''` where there is none, or the browser keeps nothing. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function rememberName(name: string): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // A browser that keeps nothing only makes one type more.
  }
}
