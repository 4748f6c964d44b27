/** Writes docs/configuration.md from the schema: `node scripts/write-configuration-reference.ts`. */
import { writeFileSync } from 'node:fs';
import { renderReference } from '../src/config/reference.ts';
import { configJsonSchema } from '../src/config/schema.ts';

writeFileSync(new URL('../docs/configuration.md', import.meta.url), renderReference(configJsonSchema()));
