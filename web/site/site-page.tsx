/** Everything about one site: what the person on call sees after following a link from an alert. */
import { useEffect } from 'preact/hooks';
import type { SiteDetail } from '../../src/web/api.ts';
import { useResource } from '../data/use-resource.ts';
import { everything, levelOf } from '../overview/filter.ts';
import { Empty, Failed, Loading, Stale } from '../parts/notices.tsx';
import { Section } from '../parts/section.tsx';
import { hrefOf } from '../route.ts';
import { daysInWords, remarkWords } from '../words/license.ts';
import { Acknowledgement } from './acknowledgement.tsx';
import { AlertHistory } from './alert-history.tsx';
import { Certificates } from './certificates.tsx';
import { CheckHistory } from './check-history.tsx';
import { EndDates } from './end-dates.tsx';
import { Facts } from './facts.tsx';
import { Ladder } from './ladder.tsx';
import { SiteHead } from './site-head.tsx';

export function SitePage({ name }: { readonly name: string }) {
  const { data, failure, refresh } = useResource<SiteDetail>(
    `api/v1/sites/${encodeURIComponent(name)}`,
    name,
  );

  useEffect(() => {
    document.title = `${data === undefined ? name : titleOf(data)} – License Sentinel`;
  }, [data, name]);

  return (
    <>
      <p class="back">
        <a href={hrefOf({ view: 'overview', filter: everything })}>
          <span aria-hidden="true">←</span> All sites
        </a>
      </p>
      {data !== undefined && failure !== undefined && (
        <Stale failure={failure} onRetry={() => void refresh()} />
      )}
      {data !== undefined && <Site site={data} onChange={refresh} />}
      {data === undefined && failure === undefined && (
        <>
          <h1 class="visually-hidden">{name}</h1>
          <Loading what={name} />
        </>
      )}
      {data === undefined &&
        failure !== undefined &&
        (failure.code === 'unknown-site' ? (
          <Empty isPage title={`There is no site called “${name}”`}>
            <p>It may have been renamed or taken out of the configuration.</p>
          </Empty>
        ) : (
          <Failed what={name} failure={failure} onRetry={() => void refresh()} />
        ))}
    </>
  );
}

interface SiteProps {
  readonly site: SiteDetail;
  readonly onChange: () => Promise<void>;
}

function Site({ site, onChange }: SiteProps) {
  return (
    <div class={`site-page level-${levelOf(site)}`}>
      <SiteHead site={site} />
      <Acknowledgement site={site} onChange={onChange} />
      <Section title="Time line to the end date" class="wide">
        <Ladder site={site} />
      </Section>
      {site.remarks.length > 0 && (
        <Section title="Remarks" class="wide">
          <ul class="remarks">
            {site.remarks.map((remark) => (
              <li key={remark}>{remarkWords[remark]}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="End date over time">
        <EndDates site={site} />
      </Section>
      <Section title="Facts">
        <Facts site={site} />
      </Section>
      <Section title="Said to people" class="wide">
        <AlertHistory site={site} />
      </Section>
      <Section title="Checks" class="wide">
        <CheckHistory site={site} />
      </Section>
      <Section title="Certificates of the connection" class="wide">
        <Certificates certificates={site.certificates} />
      </Section>
    </div>
  );
}

function titleOf(site: SiteDetail): string {
  const { number, unit } = daysInWords(site);
  return site.daysLeft === null ? site.name : `${site.name}: ${number} ${unit}`;
}
