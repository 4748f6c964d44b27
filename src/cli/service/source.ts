/** Where an answer about the service comes from: the running service, or the store file of one that does not run. */
import { readFile } from 'node:fs/promises';
import { type Access, type AppAtRest, openAtRest, storeHolder } from '../../app-at-rest.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { StoreError } from '../../store/store.ts';
import type { ServiceIdentity } from '../../web/api.ts';
import type { CliIo } from '../io.ts';
import { warningsTo } from '../warnings.ts';
import { elsewhere, ownAddress, type ServiceAddress } from './address.ts';
import { AskError } from './ask-error.ts';
import { type Answer, openLine, type Trouble } from './line.ts';
import { answerOf, inWords } from './trouble.ts';

export interface SourceOptions {
  /** Not needed together with `url`. */
  readonly config?: string | undefined;
  /** Of another service than the one of the configuration. */
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** A PEM file to trust instead of the system's authorities. */
  readonly ca?: string | undefined;
}

export interface Origin {
  readonly kind: 'service' | 'store';
  readonly url: string | null;
  readonly store: string | null;
  /** Of the running service; null where none runs. */
  readonly service: ServiceIdentity | null;
  /** False when there is not even a store. */
  readonly hasRun: boolean;
  /** Another service at our address; null in the usual case. */
  readonly stranger: string | null;
}

export interface Source {
  readonly origin: Origin;
  /** The answer to `GET /api/v1/…`. @throws AskError */
  get<T>(path: string): Promise<T>;
  /** @throws AskError */
  act<T>(method: 'POST' | 'DELETE', path: string, body?: object): Promise<T>;
  close(): Promise<void>;
}

/**
 * The running service of a configuration if there is one, else its store, locked until the source is closed. Only the
 * process that holds the store is taken for the service: the default address may be another one's.
 *
 * @throws ConfigError, StoreError, AskError
 */
export async function openSource(options: SourceOptions, access: Access, io: CliIo): Promise<Source> {
  const token = options.token ?? io.env['LICENSE_SENTINEL_TOKEN'];
  if (options.url !== undefined) {
    const address = await elsewhere(options.url, options.ca);
    const line = await greet(address, token, io);
    if ('trouble' in line) throw new AskError(`${address.url}: ${inWords(line.trouble, token)}`, 1);
    return running(address, line);
  }
  if (options.config === undefined) {
    throw new AskError('Say which service: --config FILE, or --url ADDRESS of a running one.', 2);
  }
  const config = await loadConfig(options.config, { env: io.env, readFile });
  const address = config.web.enabled ? await ownAddress(config.web, options.ca) : undefined;
  const met = address && (await greet(address, token, io));
  const here = address !== undefined && met !== undefined && 'identity' in met ? { address, met } : undefined;
  const holder = storeHolder(config);
  if (here !== undefined && here.met.identity.pid === holder) return running(here.address, here.met);
  try {
    const app = await openAtRest(config, access, { clock: io.clock, logger: warningsTo(io) });
    await here?.met.close();
    return atRest(app, config, here?.address.url ?? null);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'STORE_LOCKED') throw error;
    // Without a note of the holder nothing speaks against the one that answers.
    if (here !== undefined && holder === null) return running(here.address, here.met);
    await here?.met.close();
    throw new AskError(whyNotAsked(config, address, met, token), 1);
  }
}

/**
 * The running service of a configuration; undefined when it does not run, or cannot be asked. The token is that of the
 * environment.
 *
 * @throws AskError when its certificate cannot be read
 */
export async function openRunning(config: Config, io: CliIo): Promise<Source | undefined> {
  const holder = storeHolder(config);
  if (holder === null || !config.web.enabled) return undefined;
  const address = await ownAddress(config.web, undefined);
  const met = await greet(address, io.env['LICENSE_SENTINEL_TOKEN'], io);
  if ('trouble' in met) return undefined;
  if (met.identity.pid === holder) return running(address, met);
  await met.close();
  return undefined;
}

interface Greeted {
  readonly identity: ServiceIdentity;
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>;
  close(): Promise<void>;
  readonly token: string | undefined;
}

async function greet(
  address: ServiceAddress,
  token: string | undefined,
  { stop }: CliIo,
): Promise<Greeted | { readonly trouble: Trouble }> {
  const line = openLine(address, token, stop);
  const answer = await line.ask('GET', '/api/v1/service');
  const identity = answer.kind === 'answer' ? identityIn(answer.body) : undefined;
  if (answer.kind === 'answer' && answer.status === 200 && identity !== undefined) {
    return { ...line, identity, token };
  }
  await line.close();
  return { trouble: answer };
}

function identityIn(body: unknown): ServiceIdentity | undefined {
  const known = body as Partial<ServiceIdentity> | null;
  return typeof known === 'object' && typeof known?.pid === 'number' && typeof known.version === 'string'
    ? (known as ServiceIdentity)
    : undefined;
}

function running(address: ServiceAddress, line: Greeted): Source {
  const ask = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
    answerOf<T>(await line.ask(method, path, body), address.url, line.token);
  return {
    origin: {
      kind: 'service',
      url: address.url,
      store: null,
      service: line.identity,
      hasRun: true,
      stranger: null,
    },
    get: (path) => ask('GET', path),
    act: ask,
    close: () => line.close(),
  };
}

function atRest(app: AppAtRest, config: Config, stranger: string | null): Source {
  const ask = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    const answer = await app.ask(method, path, body);
    const answered: Answer = { kind: 'answer', status: answer.status, body: JSON.parse(answer.body) };
    return answerOf<T>(answered, config.store.path, undefined);
  };
  return {
    origin: {
      kind: 'store',
      url: null,
      store: config.store.path,
      service: null,
      hasRun: app.hasStore,
      stranger,
    },
    get: (path) => ask('GET', path),
    act: ask,
    close: () => app.close(),
  };
}

function whyNotAsked(
  config: Config,
  address: ServiceAddress | undefined,
  met: Greeted | { readonly trouble: Trouble } | undefined,
  token: string | undefined,
): string {
  const holder = storeHolder(config);
  const who = holder === null ? 'a process' : `process ${holder}`;
  const runs = `The service runs (${who} holds its store ${config.store.path}), but it cannot be asked`;
  if (address === undefined || met === undefined) {
    return `${runs}: the configuration says \`web: false\`. Turn \`web\` on and restart the service, or stop it and ask again.`;
  }
  if ('identity' in met) {
    return (
      `${runs}: at ${address.url} another License Sentinel answers (process ${met.identity.pid}). Give each service ` +
      'a `web.listen` of its own and restart the one that came too late, or name the right address with --url.'
    );
  }
  return `${runs} at ${address.url}: ${inWords(met.trouble, token)}`;
}
