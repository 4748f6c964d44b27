/** One site in one row: days left first, then what it is, what is wrong, and how sure that is. */
import type { SiteSummary } from '../../src/web/api.ts';
import { MarkIcon } from '../parts/mark.tsx';
import { NextCheck } from '../parts/next-check.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Tags } from '../parts/tags.tsx';
import { When } from '../parts/when.tsx';
import { hrefOf } from '../route.ts';
import { acknowledgedInWords } from '../words/acknowledgement.ts';
import { conditionOf, daysInWords, failureWords, levelWords } from '../words/license.ts';
import { levelOf } from './filter.ts';

export function SiteRow({ site, rowIndex }: { readonly site: SiteSummary; readonly rowIndex: number }) {
  const level = levelOf(site);
  const days = daysInWords(site);
  return (
    <tr class={`site level-${level}`} aria-rowindex={rowIndex}>
      <td class="days">
        <span class="days-number">{days.number}</span> <span class="days-unit">{days.unit}</span>
      </td>
      <th class="name" scope="row">
        <a href={hrefOf({ view: 'site', site: site.name })} title={site.name}>
          {site.name}
        </a>
        <Tags tags={site.tags} />
      </th>
      <td class="state">
        <span class="fact">
          <MarkIcon mark={level} />
          <span>
            {conditionOf(site)}
            {(level === 'critical' || level === 'warning') && (
              <span class="level">, {levelWords[level]}</span>
            )}
            {site.acknowledgement !== null && site.failure !== null && (
              <span class="muted" title={acknowledgedInWords(site.acknowledgement)}>
                , acknowledged
              </span>
            )}
          </span>
        </span>
        <SecondFact site={site} />
      </td>
      <td class="ends">{site.endDate ?? <None />}</td>
      <td class="trend">
        <Sparkline trend={site.trend} />
      </td>
      <td class="confirmed">
        {site.lastConfirmedAt === null ? 'never' : <When at={site.lastConfirmedAt} />}
      </td>
      <td class="next">
        <NextCheck at={site.nextCheckAt} />
      </td>
      <td class="version">
        {site.version === null ? (
          <None />
        ) : (
          <>
            <span>{site.version.releaseLabel ?? site.version.version}</span>
            {site.version.releaseLabel !== null && <span class="muted">{site.version.version}</span>}
          </>
        )}
      </td>
    </tr>
  );
}

/** A site that cannot be read counts down all the same: both are said. There is room for one more line. */
function SecondFact({ site }: { readonly site: SiteSummary }) {
  if (site.failure !== null) {
    return (
      <span class="fact unreachable" title={site.failure.detail}>
        <MarkIcon mark="unreachable" />
        <span>Cannot be read: {failureWords[site.failure.reason].toLowerCase()}</span>
      </span>
    );
  }
  if (site.acknowledgement !== null) {
    return (
      <span class="fact muted" title={acknowledgedInWords(site.acknowledgement)}>
        <span>Acknowledged by {site.acknowledgement.by}</span>
      </span>
    );
  }
  const count = site.remarks.length;
  return count === 0 ? null : <span class="fact muted">{count === 1 ? '1 remark' : `${count} remarks`}</span>;
}

const None = () => (
  <span class="muted">
    <span aria-hidden="true">–</span>
    <span class="visually-hidden">not known</span>
  </span>
);
