/** How this program is called where it stands, for texts that can be copied. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../platform/package-root.ts';

/** Without `--silent`, npm writes lines of its own before what a command prints, such as a configuration file. */
export const ownCall = existsSync(join(packageRoot, 'src/main.ts'))
  ? 'npm start --silent --'
  : 'license-sentinel';
