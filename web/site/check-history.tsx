/** What each check saw, or why it saw nothing. */
import type { CheckRow, SiteDetail } from '../../src/web/api.ts';
import { useRows } from '../data/use-rows.ts';
import { MarkIcon } from '../parts/mark.tsx';
import { Empty } from '../parts/notices.tsx';
import { OlderButton } from '../parts/older-button.tsx';
import { When } from '../parts/when.tsx';
import { spanOf } from '../words/instants.ts';
import { conditionWords, failureWords } from '../words/license.ts';

export function CheckHistory({ site }: { readonly site: SiteDetail }) {
  const path = `api/v1/sites/${encodeURIComponent(site.name)}/checks`;
  const list = useRows(
    site.checks,
    (before) => `${path}?before=${encodeURIComponent(before)}`,
    (check) => check.at,
  );
  if (list.rows.length === 0) {
    return (
      <Empty title="Not checked yet">
        <p>The first check comes soon after the start of the service.</p>
      </Empty>
    );
  }
  return (
    <>
      <table class="plain checks">
        <caption class="visually-hidden">Checks, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Took</th>
            <th scope="col">Host</th>
            <th scope="col">Saw</th>
            <th scope="col">End date</th>
            <th scope="col">Days left</th>
          </tr>
        </thead>
        <tbody>
          {list.rows.map((check) => (
            <Check key={check.at} check={check} />
          ))}
        </tbody>
      </table>
      <OlderButton list={list} what="checks" />
    </>
  );
}

function Check({ check }: { readonly check: CheckRow }) {
  return (
    <tr>
      <th scope="row">
        <When at={check.at} show="exact" />
      </th>
      <td>{spanOf(check.durationMs)}</td>
      <td class="host">{check.host ?? '–'}</td>
      {check.failure === null ? (
        <>
          <td>{check.state === null ? 'a license' : conditionWords[check.state]}</td>
          <td>{check.endDate ?? 'none'}</td>
          <td class="days">{check.daysLeft === null ? '–' : String(check.daysLeft).replace('-', '−')}</td>
        </>
      ) : (
        <td colSpan={3} class="failure">
          <span class="fact">
            <MarkIcon mark="unreachable" />
            <span>
              <strong>{failureWords[check.failure.reason]}.</strong> {check.failure.detail}
            </span>
          </span>
        </td>
      )}
    </tr>
  );
}
