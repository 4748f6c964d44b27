/** A Sense site in a process of its own, so that what it costs is not counted as ours. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface SitePorts {
  /** Answers at once, as repository and as About service. */
  readonly answering: number;
  /** Takes the request and never answers. */
  readonly hanging: number;
  /** Nobody listens. */
  readonly refusing: number;
}

export interface SiteProcess extends SitePorts {
  /** Folder with client.pem, client_key.pem and root.pem. */
  readonly certificates: string;
  /** Requests for the license answered so far. */
  requests(): Promise<number>;
  stop(): Promise<void>;
}

export async function startSiteProcess(certificates: string): Promise<SiteProcess> {
  const child = fork(join(import.meta.dirname, 'peers/site-server.ts'), [certificates]);
  const [ports] = (await once(child, 'message')) as [SitePorts];
  return {
    ...ports,
    certificates,
    async requests() {
      child.send('count');
      const [count] = (await once(child, 'message')) as [number];
      return count;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
