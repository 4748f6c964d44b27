/** The server of the page on a real socket, and plain sockets to ask it by. */
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import type { WebOptions } from '../../src/web/parts.ts';
import { startWeb } from '../../src/web/server.ts';
import { WebSection } from '../../src/web/web-section.ts';
import { rigOptions } from './rig.ts';

/** Listens on a free port of loopback, by the real clock, unless told otherwise. */
export async function serve(section: object = {}, overrides: Partial<WebOptions> = {}) {
  const options = rigOptions({
    clock: systemClock,
    section: WebSection.parse({ listen: '127.0.0.1:0', ...section }),
    ...overrides,
  });
  const web = await startWeb(options);
  onTestFinished(() => web.stop());
  return { web, options, url: web.url()!, port: Number(URL.parse(web.url() ?? '')?.port) };
}

/** Sends text as it is, and gives everything that comes back until the other side ends. */
export async function raw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request, 'latin1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}
