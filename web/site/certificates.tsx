/** When the certificates that the connection depends on end. */
import type { SiteDetail } from '../../src/web/api.ts';
import { useNow } from '../data/connection.ts';
import { MarkIcon } from '../parts/mark.tsx';
import { Empty } from '../parts/notices.tsx';
import { inReadersZone, inUtc, MS_PER_DAY, relativeTo } from '../words/instants.ts';

type Ends = NonNullable<SiteDetail['certificates']>;

const rows: readonly (readonly [keyof Ends, string, string])[] = [
  [
    'client',
    'Client',
    'the one License Sentinel shows to the site; export a new one in the QMC before it ends',
  ],
  ['root', 'Root', 'the authority of the site, which signed the others'],
  ['server', 'Server', 'the one the site shows'],
];
const SOON_MS = 30 * MS_PER_DAY;

export function Certificates({ certificates }: { readonly certificates: SiteDetail['certificates'] }) {
  const now = useNow();
  if (certificates === null) {
    return (
      <Empty title="Not known yet">
        <p>They are looked at with the first check.</p>
      </Empty>
    );
  }
  return (
    <table class="plain certificates">
      <caption class="visually-hidden">When the certificates end</caption>
      <thead>
        <tr>
          <th scope="col">Certificate</th>
          <th scope="col">Ends</th>
          <th scope="col">What it is</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([key, name, meaning]) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>
              <End at={certificates[key]} now={now} />
            </td>
            <td class="muted">{meaning}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function End({ at, now }: { readonly at: string | null; readonly now: number }) {
  if (at === null) return <>not known</>;
  const left = Date.parse(at) - now;
  return (
    <span class="fact">
      {left < SOON_MS && <MarkIcon mark={left < 0 ? 'critical' : 'warning'} />}
      <span>
        <time dateTime={at} title={inUtc(at)}>
          {inReadersZone(at)}
        </time>
        , {left < 0 ? 'ended ' : ''}
        {relativeTo(now, at)}
      </span>
    </span>
  );
}
