/** An instant, relative to now; exact on hover, in the zone of the reader and in UTC. */
import { useNow } from '../data/connection.ts';
import { inReadersZone, inUtc, relativeTo } from '../words/instants.ts';

interface WhenProps {
  readonly at: string;
  /** `exact` shows date and time, for lists that are read like a log. */
  readonly show?: 'relative' | 'exact';
}

export function When({ at, show = 'relative' }: WhenProps) {
  const now = useNow();
  const [shown, other] =
    show === 'relative' ? [relativeTo(now, at), inReadersZone(at)] : [inReadersZone(at), relativeTo(now, at)];
  return (
    <time dateTime={at} title={`${other} (${inUtc(at)})`}>
      {shown}
    </time>
  );
}
