/** What is known of the license, and why the end date is what it is. */
import type { SiteDetail } from '../../src/web/api.ts';
import { Fact } from '../parts/fact.tsx';
import { NextCheck } from '../parts/next-check.tsx';
import { When } from '../parts/when.tsx';
import { dateOrderWords, sourceWords } from '../words/license.ts';

export function Facts({ site }: { readonly site: SiteDetail }) {
  const { version, evidence } = site;
  return (
    <dl class="facts">
      <Fact name="End date">{site.endDate ?? 'none known'}</Fact>
      <Fact name="License number">{site.licenseNumber ?? 'not known'}</Fact>
      <Fact name="Confirmed">
        {site.lastConfirmedAt === null ? 'never' : <When at={site.lastConfirmedAt} />}
      </Fact>
      <Fact name="Checked">{site.lastCheckedAt === null ? 'not yet' : <When at={site.lastCheckedAt} />}</Fact>
      <Fact name="Next check">
        {site.nextCheckAt === null ? (
          'none planned, because the last one hangs'
        ) : (
          <NextCheck at={site.nextCheckAt} />
        )}
      </Fact>
      <Fact name="Product version">
        {version === null ? 'not known' : [version.releaseLabel, version.version].filter(Boolean).join(', ')}
      </Fact>
      <Fact name="Days are counted in">{site.timeZone}</Fact>
      {evidence !== null && (
        <>
          <Fact name="End date comes from">{sourceWords[evidence.source]}</Fact>
          {evidence.endText !== null && (
            <Fact name="As the server wrote it">
              <code>{evidence.endText}</code>
            </Fact>
          )}
          {evidence.dateOrder !== null && <Fact name="Read as">{dateOrderWords[evidence.dateOrder]}</Fact>}
          {evidence.endDates.length > 1 && (
            <Fact name="All end dates in it">{evidence.endDates.join(', ')}</Fact>
          )}
        </>
      )}
      {Object.entries(site.tags).map(([key, value]) => (
        <Fact key={key} name={`Tag ${key}`}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}
