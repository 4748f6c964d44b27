import { expect, it } from 'vitest';
import { alertMessage, statusMessage } from '../../test/fakes/messages.ts';
import type { Message } from '../store/message.ts';
import { type RoutedDestination, routesFor } from './routing.ts';

const destination = (name: string, changes: Partial<RoutedDestination> = {}): RoutedDestination => ({
  name,
  sendRecurring: true,
  sendAlert: true,
  minimumSeverity: 'info',
  keepsEveryStatus: false,
  ...changes,
});
const namesOf = (...args: Parameters<typeof routesFor>) =>
  routesFor(...args)?.destinations.map(({ name }) => name) ?? [];

it('sends status and alerts to whoever switched them on, separately', () => {
  const all = [
    destination('both'),
    destination('status-only', { sendAlert: false }),
    destination('alerts-only', { sendRecurring: false }),
    destination('neither', { sendAlert: false, sendRecurring: false }),
  ];
  expect(namesOf(statusMessage(), all)).toEqual(['both', 'status-only']);
  expect(namesOf(alertMessage(), all)).toEqual(['both', 'alerts-only']);
});

it.each([
  ['info', ['info']],
  ['warning', ['info', 'warning']],
  ['critical', ['info', 'warning', 'critical']],
] as const)('sends an alert of severity %s to those who ask for %j or more', (severity, expected) => {
  const all = (['info', 'warning', 'critical'] as const).map((minimumSeverity) =>
    destination(minimumSeverity, { minimumSeverity }),
  );
  expect(namesOf(alertMessage({ severity }), all)).toEqual(expected);
});

it('sends every status whatever its severity', () => {
  expect(
    namesOf(statusMessage({ severity: 'info' }), [destination('a', { minimumSeverity: 'critical' })]),
  ).toEqual(['a']);
});

it('lets a newer status replace a waiting one, but not in a time series, and never an alert', () => {
  const all = [destination('latest'), destination('series', { keepsEveryStatus: true })];
  expect(routesFor(statusMessage(), all)?.destinations).toEqual([
    { name: 'latest', supersedes: true },
    { name: 'series', supersedes: false },
  ]);
  expect(routesFor(alertMessage(), all)?.destinations).toEqual([
    { name: 'latest', supersedes: false },
    { name: 'series', supersedes: false },
  ]);
});

it('sends a version to time series with recurring status only', () => {
  const all = [
    destination('latest'),
    destination('series', { keepsEveryStatus: true }),
    destination('series-alerts-only', { keepsEveryStatus: true, sendRecurring: false }),
  ];
  expect(routesFor(statusMessage({ kind: 'version' }), all)?.destinations).toEqual([
    { name: 'series', supersedes: false },
  ]);
  expect(namesOf(alertMessage({ kind: 'version-changed', severity: 'info' }), all)).toHaveLength(3);
});

it('leaves out the destination that the message is about', () => {
  expect(namesOf(alertMessage(), [destination('a'), destination('b')], { except: 'a' })).toEqual(['b']);
});

it('is undefined when nobody wants the message', () => {
  expect(routesFor(alertMessage(), [destination('a', { sendAlert: false })])).toBeUndefined();
  expect(routesFor(alertMessage(), [destination('a')], { except: 'a' })).toBeUndefined();
  expect(routesFor(alertMessage(), [])).toBeUndefined();
});

it('gives alerts their link, where it is known, and nothing else one', () => {
  const linkOf = (site: string | null) => `page of ${site ?? 'the service'}`;
  const routed = (message: Message) => routesFor(message, [destination('a')], { linkOf })?.message;
  expect(routed(alertMessage())).toEqual({ ...alertMessage(), link: 'page of prod' });
  expect(routed(alertMessage({ site: null }))?.link).toBe('page of the service');
  const status = statusMessage();
  expect(routed(status)).toBe(status);
  const alert = alertMessage();
  expect(routesFor(alert, [destination('a')])?.message).toBe(alert);
});
