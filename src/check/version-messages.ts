/** What is known of a version as messages: the point for time series, and the alert when it changed. Pure. */
import { noticeId } from '../alert/notice.ts';
import type { SeenVersion, VersionNotice } from '../alert/version.ts';
import { seenVersionInWords, wordVersionNotice } from '../alert/version-wording.ts';
import { pointOfAlert, pointOfVersion } from '../license/points.ts';
import type { Message } from '../store/message.ts';
import type { VersionRecord } from '../store/store.ts';
import { commonPart, type SiteFacts } from './outgoing.ts';

/** The product version that every message about the site shows. The build of the repository is none. */
export function productKnownOf(record: VersionRecord | null): Message['product'] {
  const seen = record?.state.product?.version;
  return seen === undefined ? null : { version: seen.version, releaseLabel: seen.releaseLabel };
}

/** The status for time series that each successful look gives. */
export function versionMessage({ version, at }: SeenVersion, site: SiteFacts): Message {
  return {
    ...commonPart(site),
    ...common(site),
    id: noticeId(site.site, 'version', at),
    topic: 'status',
    kind: 'version',
    severity: 'info',
    occurredAt: at,
    title: `${site.site}: ${seenVersionInWords(version)}`,
    text: '',
    points: [pointOfVersion({ site: site.site, tags: site.tags, at, version })],
  };
}

export function versionAlert(notice: VersionNotice, site: SiteFacts): Message {
  const { id, kind, severity, at } = notice;
  const words = wordVersionNotice(site.site, notice);
  const facts = { site: site.site, tags: site.tags, at, id, kind, severity };
  return {
    ...commonPart(site),
    ...common(site),
    id,
    topic: 'alert',
    kind,
    severity,
    occurredAt: at,
    ...words,
    points: [pointOfAlert({ ...facts, title: words.title, daysLeft: null, rung: null })],
  };
}

function common({ confirmed }: SiteFacts) {
  return { lastConfirmedAt: confirmed?.at ?? null, rung: null, skippedRungs: [], reminder: false } as const;
}
