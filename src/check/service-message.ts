/** Alerts about the service itself rather than about a site. Pure. */
import { noticeId, type ServiceNoticeKind, type Severity } from '../alert/notice.ts';
import { alertOfService, type Message } from '../store/message.ts';
import type { StoreIncident } from '../store/store.ts';

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
  const { kind, distinction, ...said } = facts;
  return alertOfService({ ...said, kind, id: noticeId('service', kind, ...distinction), reminder: false });
}

/** What the store had to do to itself, as an alert. */
export function storeIncidentMessage({ kind, detail }: StoreIncident, at: number): Message {
  const common = { at, distinction: [at], text: detail };
  switch (kind) {
    case 'corrupt-file-set-aside':
      return serviceMessage({
        ...common,
        kind: 'store-replaced',
        severity: 'critical',
        title: 'License Sentinel: the store file was corrupt; a new one was begun',
      });
    case 'file-gone':
      return serviceMessage({
        ...common,
        kind: 'store-gone',
        severity: 'critical',
        title: 'License Sentinel: the store file was removed while the service runs',
      });
    case 'disk-full':
      return serviceMessage({
        ...common,
        kind: 'store-full',
        severity: 'critical',
        title: 'License Sentinel: the disk is full; running on the reserve',
      });
    case 'disk-recovered':
      return serviceMessage({
        ...common,
        kind: 'store-recovered',
        severity: 'info',
        title: 'License Sentinel: the disk has room again',
      });
    case 'reserve-missing':
      return serviceMessage({
        ...common,
        kind: 'store-unsafe',
        severity: 'warning',
        title: 'License Sentinel: nothing is kept in reserve for a full disk',
      });
    case 'reserve-restored':
      return serviceMessage({
        ...common,
        kind: 'store-recovered',
        severity: 'info',
        title: 'License Sentinel: the reserve for a full disk is there again',
      });
  }
}
