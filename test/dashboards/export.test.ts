import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportDashboards } from '../../src/cli/dashboards.ts';
import { dashboardsFolder } from './shipped.ts';

describe('dashboards export', () => {
  let folder: string;
  let said: string;
  const io = {
    out: (text: string) => {
      said += text;
    },
    err: (text: string) => {
      said += text;
    },
  };
  beforeEach(async () => {
    said = '';
    folder = await mkdtemp(join(tmpdir(), 'license-sentinel-export-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('copies the files as they are shipped, and nothing of the generator', async () => {
    expect(await exportDashboards(folder, {}, io)).toBe(0);
    const copied = await readFile(join(folder, 'grafana/overview.json'), 'utf8');
    expect(copied).toBe(await readFile(join(dashboardsFolder, 'grafana/overview.json'), 'utf8'));
    expect(await readdir(join(folder, 'grafana'))).toEqual(
      expect.arrayContaining(['prometheus-overview.json', 'prometheus-site.json']),
    );
    expect(await readdir(folder)).not.toContain('source');
    expect(await readdir(folder)).toContain('provisioning');
    expect(said).toContain('docs/grafana.md');
  });

  it('overwrites only when it is told to', async () => {
    await exportDashboards(folder, {}, io);
    expect(await exportDashboards(folder, {}, io)).toBe(2);
    expect(said).toContain('--force');
    expect(await exportDashboards(folder, { force: true }, io)).toBe(0);
  });
});
