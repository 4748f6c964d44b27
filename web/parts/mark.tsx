/** How urgent something is, as a shape: told apart without colour. Always stands beside words. */
import type { Level } from '../overview/filter.ts';

export type Mark = Level | 'unreachable';

const shapes: Readonly<Record<Mark, { readonly outline: string; readonly sign: string }>> = {
  critical: { outline: 'M5.5 1h5L15 5.5v5L10.5 15h-5L1 10.5v-5z', sign: 'M8 4v5M8 11.3v.7' },
  warning: { outline: 'M8 1.3 15.3 14.5H.7z', sign: 'M8 6v4M8 12v.5' },
  fine: { outline: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z', sign: 'M4.8 8.2 7 10.5l4.2-4.6' },
  unchecked: { outline: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z', sign: 'M5 8h.1M8 8h.1M11 8h.1' },
  unreachable: { outline: 'M2 2h12v12H2z', sign: 'M5 5l6 6M11 5l-6 6' },
};

export function MarkIcon({ mark }: { readonly mark: Mark }) {
  const { outline, sign } = shapes[mark];
  return (
    <svg class={`mark mark-${mark}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path class="mark-outline" d={outline} />
      <path class="mark-sign" d={sign} />
    </svg>
  );
}
