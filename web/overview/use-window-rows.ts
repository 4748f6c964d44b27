/** Which rows of a long list are near what the reader sees. Short lists are shown whole, so that searching in the browser finds all. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** Up to here a list costs nothing. */
const WHOLE_UP_TO = 120;
/** Rows before and after the visible ones, so that moving by keyboard always finds a next one. */
const OVERSCAN = 12;
/** More would be no page that anyone reads; the most urgent come first. */
const PRINTED = 200;

export interface WindowRows {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** The room that the rows before and after would take. */
  readonly beforePx: number;
  readonly afterPx: number;
}

/** @param body the element that holds the rows, each as high as the first one */
export function useWindowRows(count: number, body: { readonly current: HTMLElement | null }): WindowRows {
  const [rowPx, setRowPx] = useState(60);
  const [range, setRange] = useState({ first: 0, end: WHOLE_UP_TO, isPaper: false });
  const isWhole = count <= WHOLE_UP_TO;

  useLayoutEffect(() => {
    const height = body.current?.firstElementChild?.getBoundingClientRect().height ?? 0;
    if (height > 0 && !range.isPaper && Math.abs(height - rowPx) > 0.1) setRowPx(height);
  });

  useEffect(() => {
    if (isWhole) return;
    const look = () => {
      const element = body.current;
      if (element === null) return;
      const top = -element.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(top / rowPx) - OVERSCAN);
      const end = Math.ceil((top + innerHeight) / rowPx) + OVERSCAN;
      setRange((before) =>
        before.first === first && before.end === end && !before.isPaper
          ? before
          : { first, end, isPaper: false },
      );
    };
    const forPaper = () => setRange({ first: 0, end: PRINTED, isPaper: true });
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    addEventListener('beforeprint', forPaper);
    addEventListener('afterprint', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
      removeEventListener('beforeprint', forPaper);
      removeEventListener('afterprint', look);
    };
  }, [isWhole, rowPx, body]);

  if (isWhole) return { first: 0, end: count, beforePx: 0, afterPx: 0 };
  // A filter may leave fewer rows than the reader had scrolled past.
  const end = Math.max(1, Math.min(count, range.end));
  const first = Math.min(range.first, end - 1);
  const roomPx = range.isPaper ? 0 : rowPx;
  return { first, end, beforePx: first * roomPx, afterPx: (count - end) * roomPx };
}
