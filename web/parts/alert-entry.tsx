/** One alert with what became of it at each destination. */
import type { AlertRow } from '../../src/web/api.ts';
import { MarkIcon } from './mark.tsx';
import { SiteLink } from './site-link.tsx';
import { When } from './when.tsx';

interface AlertEntryProps {
  /** Those of one alert, one for each destination; at least one. */
  readonly rows: readonly AlertRow[];
  /** Whether the title leads to the site. */
  readonly isLink?: boolean;
}

export function AlertEntry({ rows, isLink = false }: AlertEntryProps) {
  const { severity, site, title, text, occurredAt, reminder } = rows[0]!;
  return (
    <li class="alert">
      <MarkIcon mark={severity === 'info' ? 'fine' : severity} />
      <div>
        <p class="alert-title">
          <strong>{isLink ? <SiteLink site={site}>{title}</SiteLink> : title}</strong>{' '}
          <span class="muted">
            {severity}
            {reminder && ', reminder'}, <When at={occurredAt} show="exact" />
          </span>
        </p>
        <p>{text}</p>
        <ul class="receipts">
          {rows.map(({ destination, result, settledAt, failure }) => (
            <li key={destination} class={`receipt receipt-${result}`}>
              <MarkIcon mark={result === 'delivered' ? 'fine' : 'critical'} />
              <span>
                <strong>{destination}</strong> {result === 'delivered' ? 'took it' : 'never got it, given up'}{' '}
                <When at={settledAt} />
                {failure !== null && `: ${failure.detail} (${failure.reason})`}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}
