/** `config from-butler`: prints our configuration for a Butler file, and what was not taken over. */
import { convertButlerFile } from '../config/butler/convert.ts';
import type { ConfigCommandTools } from './config.ts';

/** @throws ConfigError @returns the exit code, 0 */
export async function printFromButler(path: string, tools: ConfigCommandTools): Promise<0> {
  const { yaml, hasPlainSecrets } = await convertButlerFile(path, tools);
  tools.write(yaml);
  if (hasPlainSecrets) {
    tools.writeError(
      `Passwords, tokens or addresses with secrets stand in this file as they do in the Butler file. Let nobody but the service read it, or write \${env:NAME} or \${file:PATH} in their places.\n`,
    );
  }
  return 0;
}
