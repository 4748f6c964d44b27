/** Whether what is to be said also arrives. */
import { useEffect } from 'preact/hooks';
import type { AlertRow, Deliveries, Page } from '../../src/web/api.ts';
import { moodOf } from '../../src/web/lane-mood.ts';
import { useResource } from '../data/use-resource.ts';
import { useRows } from '../data/use-rows.ts';
import { AlertEntry } from '../parts/alert-entry.tsx';
import { Empty, Failed, Loading, Stale } from '../parts/notices.tsx';
import { OlderButton } from '../parts/older-button.tsx';
import { Section } from '../parts/section.tsx';
import { When } from '../parts/when.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Lane } from './lane.tsx';

export function DeliveriesPage() {
  const { data, confirmedAt, failure, refresh } = useResource<Deliveries>('api/v1/deliveries');

  useEffect(() => {
    document.title = 'Deliveries – License Sentinel';
  }, []);

  return (
    <>
      <div class="heading">
        <h1>Deliveries</h1>
        {data !== undefined && data.lanes.length > 0 && <p class="summary-line">{lanesInWords(data)}</p>}
        {data !== undefined && confirmedAt !== undefined && (
          <p class="as-of">
            As of <When at={confirmedAt} />
          </p>
        )}
      </div>
      {data !== undefined && failure !== undefined && (
        <Stale failure={failure} onRetry={() => void refresh()} />
      )}
      {data === undefined && failure !== undefined && (
        <Failed what="The deliveries" failure={failure} onRetry={() => void refresh()} />
      )}
      {data === undefined && failure === undefined && <Loading what="the deliveries" />}
      {data !== undefined && <Content deliveries={data} onChange={refresh} />}
    </>
  );
}

function Content({
  deliveries,
  onChange,
}: {
  readonly deliveries: Deliveries;
  readonly onChange: () => Promise<void>;
}) {
  const { lanes, deadLetters } = deliveries;
  const total = lanes.reduce((sum, lane) => sum + lane.deadLetters, 0);
  return (
    <>
      <Section title="Destinations" class="wide">
        {lanes.length === 0 ? (
          <Empty title="Nobody is told anything yet">
            <p>
              Add a destination under <code>destinations:</code> in the configuration file. Until then alerts
              stand on this page only.
            </p>
          </Empty>
        ) : (
          <ul class="lanes">
            {lanes.map((lane) => (
              <Lane key={lane.name} lane={lane} />
            ))}
          </ul>
        )}
      </Section>
      {deadLetters.length > 0 && (
        <Section title="Given up" class="wide">
          <DeadLetters letters={deadLetters} total={total} onChange={onChange} />
        </Section>
      )}
      <Section title="Recent alerts" class="wide">
        <Alerts newest={{ items: deliveries.recent, next: deliveries.recentNext }} />
      </Section>
    </>
  );
}

function Alerts({ newest }: { readonly newest: Page<AlertRow> }) {
  const list = useRows(
    newest,
    (before) => `api/v1/alerts?before=${encodeURIComponent(before)}`,
    ({ id, destination }) => `${id} ${destination}`,
  );
  if (list.rows.length === 0) return <Empty title="No alert was delivered yet" />;
  return (
    <>
      <ol class="alerts">
        {alertsOf(list.rows).map((rows) => (
          <AlertEntry key={rows[0]!.id} rows={rows} isLink />
        ))}
      </ol>
      <OlderButton list={list} what="alerts" />
    </>
  );
}

function lanesInWords({ lanes }: Deliveries): string {
  const words = (['failing', 'refusing', 'working', 'idle'] as const).map((mood) => {
    const count = lanes.filter((lane) => moodOf(lane) === mood).length;
    return count === 0 ? null : `${count} ${mood}`;
  });
  return words.filter((word) => word !== null).join(', ');
}

const alertsOf = (all: readonly AlertRow[]) => [...Map.groupBy(all, ({ id }) => id).values()];
