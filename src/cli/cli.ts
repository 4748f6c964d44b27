/** The command line: which command, with which arguments. Each command is loaded only when it is asked for. */
import { readFile } from 'node:fs/promises';
import { Command, CommanderError, Option } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { LOG_LEVEL_VARIABLE, logLevelNames } from '../config/log-level.ts';
import { ownVersion } from '../platform/package-root.ts';
import { StoreError } from '../store/store.ts';
import type { CliIo, ExitCode } from './io.ts';
import { AskError } from './service/ask-error.ts';
import { addServiceCommands } from './service-commands.ts';

/** Runs one command. @param args without the program's own name; none at all means `demo` */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const does = (work: Promise<ExitCode>) =>
    work.then((code) => {
      exitCode = code;
    });
  try {
    const program = programFor(io, does);
    await program.parseAsync(args.length === 0 ? ['demo'] : args.map(ownOption), { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeFor(error, args, io);
  }
}

function programFor(io: CliIo, does: (work: Promise<ExitCode>) => Promise<void>): Command {
  const program = new Command('license-sentinel')
    .description('Makes sure that no Qlik Sense server license ever expires by surprise.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showSuggestionAfterError()
    .showHelpAfterError('(license-sentinel --help shows the commands)');
  const configOption = () =>
    new Option('-c, --config <file>', 'the configuration file').makeOptionMandatory();
  const configTools = { env: io.env, readFile, write: io.out, writeError: io.err };

  program
    .command('demo')
    .description(
      'show what it does: a simulated site over real mutual TLS, a broker and a receiver, in a minute',
    )
    .option('--fast', 'do not wait between the steps')
    .action((options: { fast?: true }) =>
      does(import('./demo/demo.ts').then(({ demo }) => demo({ isFast: options.fast === true }, io))),
    );
  program
    .command('run')
    .description('the service')
    .addOption(configOption())
    .addOption(
      new Option(
        '-l, --loglevel <level>',
        'the least important lines to log, whatever the file says',
      ).choices(logLevelNames),
    )
    .action((options: { config: string; loglevel?: string }) =>
      does(import('./run.ts').then(({ run }) => run(options, withLogLevel(io, options.loglevel)))),
    );
  program
    .command('check')
    .description(
      'one check; nothing is stored, nothing is sent. Exit code 0 ok, 1 warning, 2 critical, 3 unknown',
    )
    .addOption(configOption())
    .option('-s, --site <name>', 'only this site')
    .addOption(
      new Option('-f, --format <format>', 'how to answer')
        .choices(['text', 'json', 'nagios'])
        .default('text'),
    )
    .action((options: { config: string; site?: string; format: 'text' | 'json' | 'nagios' }) =>
      does(import('./check.ts').then(({ check }) => check(options, io))),
    );
  addServiceCommands(program, io, does);
  program
    .command('simulator')
    .description('a fake Qlik Sense site, to try things against')
    .option('--folder <path>', 'where to write the client certificates', './simulator-certificates')
    .option('--port <number>', 'port of the repository service; 0 is any free one', '4242')
    .option('--version-port <number>', 'port of the About service, which tells the version', '0')
    .option('--days <number>', 'days until the license ends; negative: expired', '30')
    .addOption(
      new Option('--license <scenario>', 'what kind of license')
        .choices(['signed', 'perpetual', 'lef', 'none', 'blacklisted', 'invalid', 'unreadable'])
        .default('signed'),
    )
    .addOption(
      new Option('--rendering <rendering>', 'how the server writes its dates')
        .choices(['iso', 'iso-12-hour', 'dmy', 'mdy', 'dotted'])
        .default('iso'),
    )
    .action((options: Record<'folder' | 'port' | 'versionPort' | 'days' | 'license' | 'rendering', string>) =>
      does(import('./simulator.ts').then(({ simulator }) => simulator(options, io))),
    );

  program
    .command('dashboards')
    .description('what is shipped for Grafana')
    .command('export')
    .description('copies the dashboards, alert rules and provisioning files')
    .argument('<folder>', 'where to')
    .option('--force', 'overwrite what is there')
    .action((folder: string, options: { force?: true }) =>
      does(import('./dashboards.ts').then(({ exportDashboards }) => exportDashboards(folder, options, io))),
    );

  const config = program.command('config').description('look at a configuration file');
  config
    .command('check')
    .description('every problem at once, with line and column')
    .addOption(configOption())
    .action((options: { config: string }) =>
      does(import('./config.ts').then(({ checkConfig }) => checkConfig(options.config, configTools))),
    );
  config
    .command('show')
    .description('the effective configuration, secrets hidden')
    .addOption(configOption())
    .action((options: { config: string }) =>
      does(import('./config.ts').then(({ showConfig }) => showConfig(options.config, configTools))),
    );
  config
    .command('schema')
    .description('the JSON Schema, for editors')
    .action(() =>
      does(import('./config.ts').then(({ printConfigSchema }) => printConfigSchema(configTools))),
    );
  config
    .command('init')
    .description('a commented file to begin with')
    .action(() =>
      does(import('./config.ts').then(({ printStarterConfig }) => printStarterConfig(configTools))),
    );
  config
    .command('from-butler')
    .description('prints ours for a configuration file of Butler, and what was not taken over')
    .argument('<file>', 'the configuration file of Butler')
    .action((file: string) =>
      does(import('./from-butler.ts').then(({ printFromButler }) => printFromButler(file, configTools))),
    );
  for (const command of program.commands) inheritSettings(command, program);
  return program;
}

/** Butler's name for `--config`, so that its service definitions need only another program. */
function ownOption(argument: string): string {
  return argument.replace(/^--configfile(?==|$)/, '--config');
}

function withLogLevel(io: CliIo, level: string | undefined): CliIo {
  return level === undefined ? io : { ...io, env: { ...io.env, [LOG_LEVEL_VARIABLE]: level } };
}

function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}

function exitCodeFor(error: unknown, args: readonly string[], io: CliIo): ExitCode {
  // Monitoring systems read the answer of these from standard output, and 2 would mean a critical license.
  const isPlugin = args[0] === 'check' || args[0] === 'status';
  const usage: ExitCode = isPlugin ? 3 : 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage;
  if (error instanceof ConfigError) {
    if (isPlugin && args.includes('nagios'))
      io.out(`QLIK LICENSE UNKNOWN - ${error.problems.length} problems in the configuration\n`);
    io.err(`${error.message}\n`);
    return usage;
  }
  if (error instanceof AskError) {
    io.err(`${error.message}\n`);
    return isPlugin ? 3 : error.exitCode;
  }
  if (error instanceof StoreError) {
    io.err(`${error.message}\n`);
    // A service manager may try again later where another process still holds the file; other causes need a person.
    return isPlugin ? 3 : error.code === 'STORE_LOCKED' ? 1 : 2;
  }
  io.err(`Unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return isPlugin ? 3 : 1;
}
