/** `dashboards export`: copies what is shipped for Grafana to where the user wants it. */
import { cp, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packageRoot } from '../platform/package-root.ts';
import type { CliIo, ExitCode } from './io.ts';

const shipped = join(packageRoot, 'dashboards');
const parts = ['grafana', 'prometheus', 'provisioning'];

/** @param options.force overwrites what is there */
export async function exportDashboards(
  folder: string,
  options: { readonly force?: boolean },
  io: Pick<CliIo, 'out' | 'err'>,
): Promise<ExitCode> {
  const target = resolve(folder);
  const isForced = options.force === true;
  try {
    for (const part of parts) {
      if (!(await exists(join(shipped, part)))) continue;
      await cp(join(shipped, part), join(target, part), {
        recursive: true,
        force: isForced,
        errorOnExist: !isForced,
      });
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    io.err(
      code === 'ERR_FS_CP_EEXIST'
        ? `${target} has such files already; --force overwrites them.\n`
        : `Cannot write to ${target}: ${code}.\n`,
    );
    return 2;
  }
  io.out(
    `The dashboards are in ${join(target, 'grafana')}: import the .json files in Grafana, or see docs/grafana.md for provisioning.\n`,
  );
  return 0;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
