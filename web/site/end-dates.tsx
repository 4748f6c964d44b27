/** How the end date moved: the chart, and the same in words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SiteDetail } from '../../src/web/api.ts';
import { Empty } from '../parts/notices.tsx';
import { When } from '../parts/when.tsx';
import type { drawEndDates } from './end-date-plot.ts';

export function EndDates({ site }: { readonly site: SiteDetail }) {
  const history = site.endDateHistory;
  if (history.length === 0) {
    return (
      <Empty title="Nothing read yet">
        <p>The line begins with the first check that can read the license.</p>
      </Empty>
    );
  }
  return (
    <>
      {history.some(({ endDate }) => endDate !== null) && (
        <Plot history={history} until={site.lastCheckedAt ?? history.at(-1)!.at} />
      )}
      <ol class="moves" reversed>
        {history.toReversed().map(({ at, endDate }, index) => (
          <li key={at}>
            <When at={at} show="exact" />: {endDate ?? 'no end date'}
            {index === history.length - 1 && <span class="muted"> (first reading)</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

interface PlotProps {
  readonly history: SiteDetail['endDateHistory'];
  /** The last end date holds until then. */
  readonly until: string;
}

function Plot({ history, until }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const [draw, setDraw] = useState<{ readonly onto: typeof drawEndDates }>();

  // Only this view needs the chart, so only this view loads it.
  useEffect(() => {
    let isOver = false;
    void import('./end-date-plot.ts').then(
      ({ drawEndDates }) => !isOver && setDraw({ onto: drawEndDates }),
      // The words below say the same as the chart.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, []);

  // By content: a refresh that brings the same history again must not draw it again.
  const key = JSON.stringify([history, until]);
  useEffect(() => {
    if (draw === undefined || place.current === null) return;
    return draw.onto(place.current, history, until);
  }, [draw, key]);

  return <div class="plot" ref={place} role="img" aria-label="End date over time, as listed below" />;
}
