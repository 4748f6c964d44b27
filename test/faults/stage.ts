/**
 * Everything around the program that must not fall when it is killed: a Qlik Sense site, the receivers, and what they
 * remember. One stage serves one story at a time, and story after story.
 */
import { gunzipSync } from 'node:zlib';
import { createInbox, type Inbox } from '../end-to-end/inbox.ts';
import { type Cleanup, newFolder } from '../end-to-end/program.ts';
import { type Site, startSite } from '../end-to-end/site.ts';
import { type Answer, startHttpReceiver } from '../fakes/http-receiver.ts';
import { startInfluxdbRecorder } from '../fakes/influxdb-recorder.ts';
import { startAedes } from '../servers/aedes.ts';

/** The destinations, all with alerts; `hook` takes no status. */
export const destinations = ['metrics', 'broker', 'hook'] as const;
export type DestinationName = (typeof destinations)[number];

/** An alert that came in: an attempt is an arrival, also one that was refused. */
export interface Arrival {
  readonly destination: DestinationName;
  readonly id: string;
  readonly kind: string;
  /** As it came, byte for byte. */
  readonly text: string;
  readonly isAccepted: boolean;
}

export interface Stage {
  readonly site: Site;
  /** Where the certificates are; the configuration names them by this path. */
  readonly folder: string;
  readonly arrivals: Inbox<Arrival>;
  /** What the webhook receiver says to an alert, by its kind and how often that kind came before. Default: 200. */
  answerHook(script: (kind: string, times: number) => Answer): void;
  /** The configuration file, with a check every so often; with `lab`, a site where nobody listens, checked once. */
  config(every: string, hasLab?: boolean): string;
  /** Calls the listener whenever something has come in, be it a status. */
  onArrival(listener: () => void): void;
  /** Forgets everything that came in, the script and the listener. */
  forget(): void;
  /** Resolves when no connection is open any more, so that nothing comes in late. */
  whenQuiet(): Promise<void>;
}

const lab = (folder: string) => `  - name: lab
    host: 127.0.0.1
    port: 1
    certificates: ${folder}/certificates
    check: every 1 hour
    version: { enabled: false }
`;

const isTaken = (answer: Answer) => typeof answer === 'object' && answer.status < 300;

const TOKEN = 'secret-token';

export async function setStage(cleanup: Cleanup): Promise<Stage> {
  const folder = await newFolder(cleanup);
  const site = await startSite(cleanup, folder);
  const [influx, hook, broker] = await Promise.all([
    startInfluxdbRecorder({ version: 2, token: TOKEN, org: 'ops', bucket: 'qlik' }),
    startHttpReceiver(),
    startAedes(),
  ]);
  cleanup(() => influx.stop());
  cleanup(() => hook.stop());
  cleanup(() => broker.stop());

  let arrivals = createInbox<Arrival>('the receivers');
  let script: (kind: string, times: number) => Answer = () => ({ status: 200 });

  let tell = () => {};

  const takeJson = (destination: DestinationName, text: string, isAccepted: boolean) => {
    const { topic, id, kind } = JSON.parse(text) as Record<'topic' | 'id' | 'kind', string>;
    if (topic === 'alert') arrivals.add({ destination, id, kind, text, isAccepted });
    tell();
  };
  hook.answer(({ body }) => {
    const { kind } = JSON.parse(body) as { kind: string };
    const times = arrivals.items.filter((each) => each.destination === 'hook' && each.kind === kind).length;
    const answer = script(kind, times);
    takeJson('hook', body, isTaken(answer));
    return answer;
  });
  broker.broker.on('publish', (packet, client) => {
    const text = packet.payload.toString();
    if (client !== null && text.startsWith('{')) takeJson('broker', text, true);
  });
  influx.onRequest((request, answer) => {
    const zipped = request.headers['content-encoding'] === 'gzip';
    const lines = (zipped ? gunzipSync(request.bytes) : request.bytes).toString().split('\n');
    for (const text of lines) {
      const id = /[ ,]id="([^"]+)"/.exec(text)?.[1];
      const kind = /,kind=([^, ]+)/.exec(text)?.[1];
      if (text.startsWith('qlik_sense_server_license_alert,')) {
        arrivals.add({ destination: 'metrics', id: id!, kind: kind!, text, isAccepted: isTaken(answer) });
      }
    }
    tell();
  });

  return {
    site,
    folder,
    get arrivals() {
      return arrivals;
    },
    answerHook(next) {
      script = next;
    },
    onArrival(listener) {
      tell = listener;
    },
    config: (every, hasLab = false) => `sites:
  - name: prod
    host: 127.0.0.1
    port: ${site.port}
    versionPort: ${site.versionPort}
    certificates: ${folder}/certificates
    timeZone: ${site.timeZone}
    check: ${every}
    tags: { environment: test }
${hasLab ? lab(folder) : ''}destinations:
  - { name: metrics, kind: influxdb, version: 2, url: '${influx.url}', org: ops, bucket: qlik, token: ${TOKEN} }
  - { name: broker, kind: mqtt, url: '${broker.url}', version: 3.1.1 }
  - { name: hook, kind: webhook, url: '${hook.url}/hook', sendRecurring: false }
alerts: { visibility: { failures: 1, after: 0 s } }
store: ./store.db
web: false
`,
    forget() {
      arrivals = createInbox<Arrival>('the receivers');
      script = () => ({ status: 200 });
      tell = () => {};
    },
    async whenQuiet() {
      await Promise.all([hook.whenDisconnected(), influx.whenDisconnected(), broker.whenDisconnected()]);
    },
  };
}
