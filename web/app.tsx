/** The frame around every view: where one is, whether the page is live, and how it looks. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api } from './data/api.ts';
import { ConnectionContext, TickContext } from './data/connection.ts';
import type { Live } from './data/live.ts';
import { DeliveriesPage } from './deliveries/deliveries-page.tsx';
import { everything } from './overview/filter.ts';
import { OverviewPage } from './overview/overview-page.tsx';
import { Empty } from './parts/notices.tsx';
import { hrefOf, type Route, routeOf } from './route.ts';
import { SitePage } from './site/site-page.tsx';
import { TopBar } from './top-bar.tsx';

const TICK_MS = 30_000;

export function App({ api, live }: { readonly api: Api; readonly live: Live }) {
  const [hash, setHash] = useState(location.hash);
  const [tick, setTick] = useState(0);
  const main = useRef<HTMLElement>(null);
  const connection = useMemo(() => ({ api, live }), [api, live]);
  const route = routeOf(hash);

  useEffect(() => {
    const follow = () => setHash(location.hash);
    const clock = setInterval(() => setTick((before) => before + 1), TICK_MS);
    addEventListener('hashchange', follow);
    return () => {
      clearInterval(clock);
      removeEventListener('hashchange', follow);
    };
  }, []);

  useFocusOnArrival(route, main);

  return (
    <ConnectionContext.Provider value={connection}>
      <TickContext.Provider value={tick}>
        {/* A button: the fragment of the address is the route, so a link could not lead to the content. */}
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          Skip to the content
        </button>
        <TopBar view={route.view} live={live} />
        <main id="content" ref={main} tabIndex={-1}>
          <View route={route} />
        </main>
      </TickContext.Provider>
    </ConnectionContext.Provider>
  );
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'overview':
      return <OverviewPage filter={route.filter} />;
    case 'site':
      return <SitePage key={route.site} name={route.site} />;
    case 'deliveries':
      return <DeliveriesPage />;
    case 'unknown':
      return (
        <Empty isPage title="There is nothing at this address">
          <p>
            <a href={hrefOf({ view: 'overview', filter: everything })}>Show all sites</a>
          </p>
        </Empty>
      );
  }
}

/**
 * A change of view is like a new page: it begins at the top, with the focus on its content. Back in the overview the
 * reader is where he left it.
 */
function useFocusOnArrival(route: Route, main: { readonly current: HTMLElement | null }): void {
  const place = route.view === 'site' ? `site ${route.site}` : route.view;
  const before = useRef(place);
  const overviewTop = useRef(0);

  // A layout effect, because it ends before the way to another view scrolls to the top: a listener that still heard that
  // would remember the top.
  useLayoutEffect(() => {
    if (place !== 'overview') return;
    const remember = () => {
      overviewTop.current = scrollY;
    };
    addEventListener('scroll', remember, { passive: true });
    return () => removeEventListener('scroll', remember);
  }, [place]);

  useLayoutEffect(() => {
    if (before.current === place) return;
    before.current = place;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, place === 'overview' ? overviewTop.current : 0);
  }, [place, main]);
}
