/** Alerts about the service itself rather than about a site. Pure. */
import { noticeId, type ServiceNoticeKind, type Severity } from '../alert/notice.ts';
import { pointOfAlert } from '../license/points.ts';
import type { Message } from '../store/message.ts';

/**
 * @param facts.distinction what tells this occurrence from another of the same kind; part of the id
 * @param facts.at epoch ms
 */
export function serviceMessage(facts: {
  kind: ServiceNoticeKind;
  severity: Severity;
  at: number;
  distinction: readonly (string | number)[];
  title: string;
  text: string;
}): Message {
  const id = noticeId('service', facts.kind, ...facts.distinction);
  return {
    id,
    topic: 'alert',
    kind: facts.kind,
    severity: facts.severity,
    site: null,
    tags: {},
    occurredAt: facts.at,
    lastConfirmedAt: null,
    reachable: true,
    license: null,
    rung: null,
    skippedRungs: [],
    reminder: false,
    title: facts.title,
    text: facts.text,
    points: [
      pointOfAlert({
        site: null,
        tags: {},
        at: facts.at,
        id,
        kind: facts.kind,
        severity: facts.severity,
        title: facts.title,
        daysLeft: null,
        rung: null,
      }),
    ],
  };
}
