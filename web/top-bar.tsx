/** Name, places, theme; and a line below when the page is not live. */
import { useState } from 'preact/hooks';
import { useLiveState } from './data/connection.ts';
import type { Live } from './data/live.ts';
import { everything } from './overview/filter.ts';
import { MarkIcon } from './parts/mark.tsx';
import { hrefOf, type Route } from './route.ts';
import { applyTheme, rememberedTheme, rememberTheme, type Theme, themes } from './theme.ts';

const places = [
  { view: 'overview', words: 'Sites', href: hrefOf({ view: 'overview', filter: everything }) },
  { view: 'deliveries', words: 'Deliveries', href: hrefOf({ view: 'deliveries' }) },
] as const;

export function TopBar({ view, live }: { readonly view: Route['view']; readonly live: Live }) {
  const state = useLiveState(live);
  return (
    <header class="top">
      <div class="top-row">
        <a class="brand" href={places[0].href}>
          <Shield />
          <span>License Sentinel</span>
        </a>
        <nav aria-label="Places">
          {places.map((place) => (
            <a key={place.view} href={place.href} aria-current={place.view === view ? 'page' : undefined}>
              {place.words}
            </a>
          ))}
        </nav>
        <ThemeSwitch />
      </div>
      <div role="status">
        {state === 'lost' && (
          <p class="lost">
            <MarkIcon mark="warning" /> Connection lost, trying again. Until then the page asks once a minute.
          </p>
        )}
      </div>
    </header>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(rememberedTheme());
  const choose = (chosen: Theme) => {
    setTheme(chosen);
    rememberTheme(chosen);
    applyTheme(chosen);
    dispatchEvent(new Event('themechange'));
  };
  return (
    <select
      class="theme"
      aria-label="Theme"
      value={theme}
      onChange={({ currentTarget }) => choose(themes.find((one) => one === currentTarget.value)!)}
    >
      <option value="system">System theme</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}

function Shield() {
  return (
    <svg class="shield" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <path class="shield-body" d="M16 2 28 6v9c0 7.5-5 12.5-12 15C9 27.5 4 22.5 4 15V6z" />
      <path class="shield-hand" d="M16 8.5V16l5 3" />
    </svg>
  );
}
