/** Where an answer comes from, and times, in words. Pure. */
import { renderDuration } from '../../platform/duration.ts';
import type { Origin } from './source.ts';

/** One line; a second one where another service answers at our address. */
export function originInWords({ url, store, service, hasRun, stranger }: Origin, now: number): string {
  if (service !== null) {
    const up = now - Date.parse(service.startedAt);
    return `From the running service at ${url} (version ${service.version}, up ${renderDuration(up)}).`;
  }
  const first = hasRun
    ? `From the store file ${store}; the service is not running.`
    : `There is no store file ${store}: the service has never run with this configuration.`;
  return stranger === null
    ? first
    : `${first} Another License Sentinel answers at ${stranger}; it uses another store.`;
}

/** What `--json` says of it. */
export function originAsJson({ kind, url, store, service, hasRun }: Origin): object {
  return {
    kind,
    url,
    store,
    hasRun,
    version: service?.version ?? null,
    startedAt: service?.startedAt ?? null,
  };
}

/** `5 min ago`, in one unit. */
export function ago(at: string | null, now: number): string {
  return at === null ? 'never' : `${oneUnit(now - Date.parse(at))} ago`;
}

/** `in 5 h`, in one unit; `now` once it is due. */
export function until(at: string, now: number): string {
  const left = Date.parse(at) - now;
  return left < 1000 ? 'now' : `in ${oneUnit(left)}`;
}

/** How long something lasts by now. */
export function lasting(since: string, now: number): string {
  return oneUnit(now - Date.parse(since));
}

function oneUnit(ms: number): string {
  return renderDuration(Math.max(1000, ms)).split(' ').slice(0, 2).join(' ');
}
