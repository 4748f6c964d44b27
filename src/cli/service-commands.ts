/** The commands that look at a service and steer it. */
import type { Command } from 'commander';
import type { AckArguments } from './ack.ts';
import type { CliIo, ExitCode } from './io.ts';
import type { SourceOptions } from './service/source.ts';

/** The options by which the service is found. */
type Asking = SourceOptions;

const ABOUT_SOURCE = `
Asks the running service of the configuration at the address of \`web.listen\`. When it does not run, the store file is
opened instead, and no service can start meanwhile. A token in LICENSE_SENTINEL_TOKEN is not seen in the process list.`;

export function addServiceCommands(
  program: Command,
  io: CliIo,
  does: (work: Promise<ExitCode>) => Promise<void>,
): void {
  asking(program.command('status'))
    .description(
      'how licenses and destinations are. Exit code as of check, 1 also for a service that is not running',
    )
    .option('-s, --site <name>', 'only this site, without the destinations')
    .option('--json', 'as JSON, in the shape of the API')
    .action((options: Asking & { site?: string; json?: true }) =>
      does(import('./status.ts').then(({ status }) => status(options, io))),
    );

  asking(program.command('ack'))
    .description(
      'silence the alerts about a license while somebody sees to it; they speak again by themselves',
    )
    .argument('<site>')
    .option('--until <day>', 'the first day on which alerts speak again (YYYY-MM-DD), or next-rung')
    .option('--by <name>', 'who acknowledges; default: the name of the token')
    .option('--why <text>', 'why nobody has to be reminded; goes along with every message')
    .option('--even-expired', 'also silence that the license has expired or is blocked')
    .option('--withdraw', 'take it back')
    .action((site: string, options: Omit<AckArguments, keyof SourceOptions> & Asking) =>
      does(import('./ack.ts').then(({ ack }) => ack(site, options, io))),
    );

  const outbox = program.command('outbox').description('what waits for a destination, and what is dead');
  asking(outbox.command('list'))
    .description('what waits, in the order of delivery, and what is no longer tried')
    .option('-d, --destination <name>', 'only of this destination')
    .option('--dead', 'only dead letters')
    .option('--limit <number>', 'so many of each kind for each destination', '50')
    .option('--json', 'as JSON, in the shape of the API')
    .action((options: Asking & { destination?: string; dead?: true; limit: string; json?: true }) =>
      does(import('./outbox/list.ts').then(({ listOutbox }) => listOutbox(options, io))),
    );
  asking(outbox.command('show'))
    .description('one message whole, and what happened to it')
    .argument('<destination>')
    .argument('<seq>', 'its number, as list shows it')
    .option('--json', 'as JSON, in the shape of the API')
    .action((destination: string, seq: string, options: Asking & { json?: true }) =>
      does(import('./outbox/show.ts').then(({ showMessage }) => showMessage(destination, seq, options, io))),
    );
  asking(outbox.command('retry'))
    .description('put dead letters back at the end of their lane')
    .argument('<destination>')
    .argument('[seq]', 'the number of one, as list shows it')
    .option('--all', 'all of the destination, in their order')
    .action((destination: string, seq: string | undefined, options: Asking & { all?: true }) =>
      does(
        import('./outbox/dead-letters.ts').then(({ retryLetters }) =>
          retryLetters(destination, seq, options, io),
        ),
      ),
    );
  asking(outbox.command('drop'))
    .description('forget dead letters for good; asks first')
    .argument('<destination>')
    .argument('[seq]', 'the number of one, as list shows it')
    .option('--all', 'all of the destination')
    .option('-y, --yes', 'do not ask')
    .action((destination: string, seq: string | undefined, options: Asking & { all?: true; yes?: true }) =>
      does(
        import('./outbox/dead-letters.ts').then(({ dropLetters }) =>
          dropLetters(destination, seq, options, io),
        ),
      ),
    );
}

function asking(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration file of the service')
    .option('--url <address>', 'ask the service at this address instead of that of the configuration')
    .option('--token <token>', 'a token of web.auth; better in the variable LICENSE_SENTINEL_TOKEN')
    .option('--ca <file>', 'PEM file of the authority to trust with https')
    .addHelpText('after', ABOUT_SOURCE);
}
