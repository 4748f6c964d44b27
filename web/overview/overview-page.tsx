/** All sites at a glance. */
import { useEffect } from 'preact/hooks';
import type { Overview } from '../../src/web/api.ts';
import { useResource } from '../data/use-resource.ts';
import { Empty, Failed, Loading, Stale } from '../parts/notices.tsx';
import { When } from '../parts/when.tsx';
import { hrefOf } from '../route.ts';
import { inReadersZone, inUtc } from '../words/instants.ts';
import { everything, type Filter, filtered } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { SiteTable } from './site-table.tsx';
import { Summary, summaryLine } from './summary.tsx';

export function OverviewPage({ filter }: { readonly filter: Filter }) {
  const { data, confirmedAt, failure, refresh } = useResource<Overview>('api/v1/overview');
  const sites = data?.sites;

  useEffect(() => {
    if (sites === undefined) return;
    document.title = `${sites.length === 0 ? 'No sites' : summaryLine(sites)} – License Sentinel`;
    performance.mark('sites-shown');
  }, [sites]);

  return (
    <>
      <div class="heading">
        <h1>Sites</h1>
        {sites !== undefined && sites.length > 0 && confirmedAt !== undefined && (
          <p class="paper-only">
            {summaryLine(sites)}; as of {inReadersZone(confirmedAt)} ({inUtc(confirmedAt)})
          </p>
        )}
        {data !== undefined && confirmedAt !== undefined && (
          <p class="as-of">
            As of <When at={confirmedAt} /> · version {data.service.version}, running since{' '}
            <When at={data.service.startedAt} />
          </p>
        )}
      </div>
      {data !== undefined && failure !== undefined && (
        <Stale failure={failure} onRetry={() => void refresh()} />
      )}
      {data === undefined && failure !== undefined && (
        <Failed what="The sites" failure={failure} onRetry={() => void refresh()} />
      )}
      {data === undefined && failure === undefined && <Loading what="the sites" />}
      {sites !== undefined && <Sites sites={sites} filter={filter} />}
    </>
  );
}

function Sites({ sites, filter }: { readonly sites: Overview['sites']; readonly filter: Filter }) {
  if (sites.length === 0) {
    return (
      <Empty title="No sites yet">
        <p>
          Add the first one under <code>sites:</code> in the configuration file, then start the service again.
          It shows here after its first check.
        </p>
      </Empty>
    );
  }
  const shown = filtered(sites, filter);
  return (
    <>
      <div class="controls">
        <Summary sites={sites} chosen={filter.level} onChoose={(level) => show({ ...filter, level })} />
        <FilterBar sites={sites} filter={filter} onChange={show} />
      </div>
      <p class="visually-hidden" role="status">
        {shown.length === sites.length ? '' : `${shown.length} of ${sites.length} sites shown`}
      </p>
      {shown.length < sites.length && (
        <p class="paper-only">
          Only {shown.length} of {sites.length} sites, as filtered.
        </p>
      )}
      {shown.length === 0 ? (
        <Empty title="No site fits the filter">
          <button type="button" onClick={() => show(everything)}>
            Show all {sites.length} sites
          </button>
        </Empty>
      ) : (
        <SiteTable sites={shown} />
      )}
    </>
  );
}

/** Typing in the search is not a step one wants to go back through. */
function show(filter: Filter): void {
  history.replaceState(null, '', hrefOf({ view: 'overview', filter }));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
