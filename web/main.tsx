/** Puts the page together: the connection to the service, and the view that the address asks for. */
import { render } from 'preact';
import { App } from './app.tsx';
import { createApi } from './data/api.ts';
import { openLive } from './data/live.ts';
import { applyTheme, rememberedTheme } from './theme.ts';

applyTheme(rememberedTheme());
render(<App api={createApi()} live={openLive('api/v1/events')} />, document.getElementById('page')!);
