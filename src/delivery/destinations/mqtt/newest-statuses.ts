/** Remembers how new the last delivered status of each site is, so that none is followed by an older one. */
import type { Clock } from '../../../platform/clock.ts';
import type { Message } from '../../../store/message.ts';

export function newestStatuses(clock: Clock) {
  const occurredAtBySite = new Map<Message['site'], number>();
  return {
    /**
     * True when a newer status of the site has been delivered, so that this one has nothing more to say. Always
     * false for alerts. A delivered status from the future does not count: the wall clock has been set back, and
     * what follows is newer although its time is earlier.
     */
    hasNewerThan({ topic, site, occurredAt }: Message): boolean {
      if (topic !== 'status') return false;
      const newest = occurredAtBySite.get(site) ?? Number.NEGATIVE_INFINITY;
      return occurredAt < newest && newest <= clock.now().getTime();
    },
    note({ topic, site, occurredAt }: Message): void {
      if (topic === 'status') occurredAtBySite.set(site, occurredAt);
    },
  };
}
