/**
 * DNS does not answer: for some names, then for all, then for all again. Names that hang hold up nobody else, what was
 * reached once is reached on, and when it ends everybody gets everything.
 */
import { expect, it } from 'vitest';
import { newFolder, startService, writeConfig } from '../end-to-end/program.ts';
import {
  alertsIn,
  type Call,
  firstArrivals,
  startWebhookReceiver,
  statusesIn,
} from '../end-to-end/receivers.ts';
import { startSite } from '../end-to-end/site.ts';
import { describeWithNameServer, startNameServer } from '../servers/name-server.ts';
import { startTcpProxy } from '../servers/tcp-proxy.ts';

/** So many, so long, that they would hold up everybody who waits behind them for longer than an attempt may take. */
const LOST_SITES = 12;
const PATIENCE_SECONDS = 3;
const MOST_DELAY_MS = 8_000;

describeWithNameServer('a name service that does not answer', () => {
  it('holds up nobody whose name is another, or was known before, and is told in words', {
    timeout: 170_000,
  }, async ({ onTestFinished }) => {
    const folder = await newFolder(onTestFinished);
    const names = await startNameServer(onTestFinished, folder, PATIENCE_SECONDS);
    const receiver = await startWebhookReceiver(onTestFinished);
    // Each message takes a connection of its own, and so asks for the name.
    receiver.answerAll({ status: 200, headers: { connection: 'close' } });
    const site = await startSite(onTestFinished, folder);
    const sites = await startTcpProxy(site.port);
    onTestFinished(() => sites[Symbol.asyncDispose]());
    const { port } = new URL(receiver.url);
    const lost = Array.from({ length: LOST_SITES }, (_, n) => `lost-${n}`);
    const siteAt = (name: string, host: string) =>
      `  - { name: ${name}, host: ${host}, port: ${sites.port}, certificates: certificates, check: every 1 s, tls: { verify: false }, version: { enabled: false } }\n`;
    const [head, tail] = site.config.split('web: false');
    await writeConfig(
      folder,
      `${head}${siteAt('far', 'far.test')}${lost.map((name) => siteAt(name, `${name}.gone.test`)).join('')}web: false${tail}store: ./store.db
lane: { alertAfter: 2 s }
alerts: { visibility: { failures: 2, after: 1 s } }
destinations:
  - { name: calm, kind: webhook, url: 'http://calm.test:${port}/calm' }
  - { name: hook, kind: webhook, url: 'http://hook.gone.test:${port}/hook', sendRecurring: false }
`,
    );
    const isLost = (name: string) => name.endsWith('.gone.test');
    names.keepQuietAbout(isLost);
    const program = startService(onTestFinished, folder, { under: names.under });
    const at = (path: string) => receiver.calls.items.filter((call) => call.path === path);
    const alertsAt = (path: string) => firstArrivals(alertsIn(at(path)));
    const told = (kind: string) => alertsAt('/calm').filter((alert) => alert.kind === kind);
    const toldOfAll = (kind: string, of: readonly string[]) =>
      of.every((name) => told(kind).some((alert) => alert.site === name));
    // After a start no name is known, so the first message may have waited behind all that hang.
    await receiver.calls.until(() => toldOfAll('expiring', ['prod', 'far']));
    // Connections that are open need no name. A check may be cut, too; the next one counts.
    const cutting = setInterval(() => sites.cut(), 500);
    onTestFinished(() => clearInterval(cutting));
    const known = Date.now();
    await receiver.calls.until(
      () => toldOfAll('unreachable', lost) && told('destination-failing').length > 0,
    );
    await quickSince(known);
    for (const name of lost) {
      const { title, text } = told('unreachable').find((alert) => alert.site === name)!;
      expect(`${title} ${text}`).toContain(`The name ${name}.gone.test cannot be resolved (EAI_AGAIN)`);
    }
    expect(told('destination-failing')[0]?.text).toMatch(/the name server did not answer/);

    names.keepQuietAbout(() => true);
    const silent = Date.now();
    site.endsIn(14);
    await receiver.calls.until(() => ['prod', 'far'].every(knows14));
    await quickSince(silent);

    names.keepQuietAbout(() => false);
    await receiver.calls.until(
      () => toldOfAll('reachable', lost) && told('destination-recovered').length > 0,
    );
    clearInterval(cutting);
    const ofSites = (path: string) => alertsAt(path).filter((alert) => alert.site !== null);
    const all = ofSites('/calm');
    await receiver.calls.until(() => ofSites('/hook').length >= all.length);
    expect(ofSites('/hook').slice(0, all.length)).toEqual(all);
    names.keepQuietAbout(() => true);
    const { code, ms } = await program.stop();
    expect([code, program.stderr()]).toEqual([0, '']);
    expect(ms).toBeLessThan(10_000);

    /** Some five checks, and what they saw has come soon. */
    async function quickSince(ms: number): Promise<void> {
      for (const name of ['prod', 'far']) {
        await receiver.calls.until(() => delaysOf(name, at('/calm'), ms).length >= 5);
        expect(Math.max(...delaysOf(name, at('/calm'), ms)), name).toBeLessThan(MOST_DELAY_MS);
      }
    }

    function knows14(name: string): boolean {
      return told('expiring').some(({ site: of, rung }) => of === name && rung === 14);
    }
  });
});

/** How long the status of a site took to arrive, for each that was seen since then, in ms. */
function delaysOf(name: string, calls: readonly Call[], sinceMs: number): readonly number[] {
  return calls
    .filter((call) => statusesIn([call]).some((status) => status.site === name && status.reachable))
    .map(({ at, body }) => ({ seenMs: Date.parse(body.occurredAt), at }))
    .filter(({ seenMs }) => seenMs > sinceMs)
    .map(({ at, seenMs }) => at - seenMs);
}
