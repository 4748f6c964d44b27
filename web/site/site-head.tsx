/** The verdict in large, and why it may be old. */
import type { SiteDetail } from '../../src/web/api.ts';
import { levelOf } from '../overview/filter.ts';
import { MarkIcon } from '../parts/mark.tsx';
import { Tags } from '../parts/tags.tsx';
import { When } from '../parts/when.tsx';
import { conditionOf, daysInWords, failureWords, levelWords } from '../words/license.ts';

export function SiteHead({ site }: { readonly site: SiteDetail }) {
  const level = levelOf(site);
  const days = daysInWords(site);
  return (
    <>
      <div class="site-head">
        <p class="days">
          <span class="days-number">{days.number}</span> <span class="days-unit">{days.unit}</span>
        </p>
        <div>
          <h1>{site.name}</h1>
          <p class="fact verdict">
            <MarkIcon mark={level} />
            <span>
              <strong>{conditionOf(site)}</strong>
              {site.endDate !== null && `, ${(site.daysLeft ?? 0) < 0 ? 'ended' : 'ends'} on ${site.endDate}`}
              {level !== 'unchecked' && <span class="level">, {levelWords[level]}</span>}
            </span>
          </p>
          <Tags tags={site.tags} />
        </div>
      </div>
      {site.failure !== null && (
        <div class="banner banner-warning">
          <MarkIcon mark="unreachable" />
          <p>
            <strong>Cannot be read: {failureWords[site.failure.reason].toLowerCase()}.</strong>{' '}
            {site.failure.detail}{' '}
            {site.lastConfirmedAt === null ? (
              'The license has never been read.'
            ) : (
              <>
                What is shown counts down from the last reading, <When at={site.lastConfirmedAt} />.
              </>
            )}
          </p>
        </div>
      )}
    </>
  );
}
