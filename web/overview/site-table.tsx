/** Every site as a row, the most urgent first, as the service sorts them. */
import { useRef } from 'preact/hooks';
import type { SiteSummary } from '../../src/web/api.ts';
import { SiteRow } from './site-row.tsx';
import { useWindowRows } from './use-window-rows.ts';

const columns = [
  'Days left',
  'Site',
  'License',
  'Ends',
  'Last 60 days',
  'Confirmed',
  'Next check',
  'Version',
];

export function SiteTable({ sites }: { readonly sites: readonly SiteSummary[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, end, beforePx, afterPx } = useWindowRows(sites.length, body);
  return (
    <>
      <table class="sites" aria-rowcount={sites.length + 1}>
        <caption class="visually-hidden">Sites, the most urgent first</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} style={{ paddingTop: `${beforePx}px`, paddingBottom: `${afterPx}px` }}>
          {sites.slice(first, end).map((site, index) => (
            <SiteRow key={site.name} site={site} rowIndex={first + index + 2} />
          ))}
        </tbody>
      </table>
      {end < sites.length && <p class="paper-only">and {sites.length - end} less urgent ones</p>}
    </>
  );
}
