/** What was said about this site, to whom, and whether it arrived. */
import type { AlertRow, SiteDetail } from '../../src/web/api.ts';
import { useRows } from '../data/use-rows.ts';
import { AlertEntry } from '../parts/alert-entry.tsx';
import { Empty } from '../parts/notices.tsx';
import { OlderButton } from '../parts/older-button.tsx';

export function AlertHistory({ site }: { readonly site: SiteDetail }) {
  const list = useRows(
    site.alerts,
    (before) => `api/v1/alerts?${new URLSearchParams({ site: site.name, before })}`,
    ({ id, destination }) => `${id} ${destination}`,
  );
  if (list.rows.length === 0) {
    return (
      <Empty title="Nothing was said yet">
        <p>Alerts show here once a destination took them. What still waits stands under Deliveries.</p>
      </Empty>
    );
  }
  return (
    <>
      <ol class="alerts">
        {byAlert(list.rows).map((rows) => (
          <AlertEntry key={rows[0]!.id} rows={rows} />
        ))}
      </ol>
      <OlderButton list={list} what="alerts" />
    </>
  );
}

/** One alert is one entry, however many destinations got it. */
function byAlert(rows: readonly AlertRow[]): readonly (readonly AlertRow[])[] {
  return [...Map.groupBy(rows, ({ id }) => id).values()];
}
