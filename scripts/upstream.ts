import { parseArgs } from 'node:util';
import { TEST_USER } from '../sandbox/betfair.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { TEST_KEY, UPSTREAM_IDS } from '../sandbox/upstream.ts';

const USAGE = `bun run upstream [--port N] [--stream-port N] [--payloads DIR] [--seed N] [--speed N] [--matches N] [--faults]

Serves the wire formats of ${UPSTREAM_IDS.join(', ')} on 127.0.0.1, so that they can be polled with no account.
  --port N        where to listen (4555)
  --stream-port N where Betfair's stream listens (4556), without TLS
  --payloads DIR  answer with recorded bodies, DIR/<provider>/*.json; else the simulated league is served
  --seed N        which simulated league (1)    --speed N  times faster than life (10)    --matches N  in play (12)
  --faults        now and then an answer is late, cut, refused or rubbish

The good key is ${TEST_KEY}. Ask for a fault with the header or query parameter x-sandbox-fault: slow;ms=3000
or POST /sandbox/faults {"provider":"espn","fault":"429","times":3}; DELETE /sandbox/faults ends them all.
POST /sandbox/stream {"do":"cut"} (cut-in-line, mute, unmute, out-of-date, in-date, end-sessions, …) is for Betfair's stream.
GET /sandbox/requests tells what was asked.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4555' },
      'stream-port': { type: 'string', default: '4556' },
      payloads: { type: 'string' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '10' },
      matches: { type: 'string', default: '12' },
      faults: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const sandbox = await startSandbox({
    port: wholeNumber('port', values.port, 0, 65_535),
    betfair: { port: wholeNumber('stream-port', values['stream-port'], 0, 65_535) },
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31),
    speed: wholeNumber('speed', values.speed, 1, 100),
    matches: wholeNumber('matches', values.matches, 1, 5_000),
    faults: values.faults,
    ...(values.payloads === undefined ? {} : { payloads: values.payloads }),
  });
  for (const id of UPSTREAM_IDS) {
    const variable = id.replace(/-/g, '_').toUpperCase();
    const key = id === 'espn' ? '' : ` ${variable}_KEY=${TEST_KEY}`;
    const access = id === 'betfair' ? ` ${betfairAccess(sandbox)}` : key;
    console.log(`${variable}_BASE_URL=${sandbox.baseUrl(id)}${access}`);
  }
  for (const { upstream, file, answers } of sandbox.recordings?.index ?? []) {
    console.log(`${upstream}: ${answers} ← ${file}`);
  }
  for (const file of sandbox.recordings?.unused ?? []) console.log(`not served: ${file}`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await sandbox.stop();
  return 0;
}

const betfairAccess = ({ baseUrl, stream }: Sandbox): string =>
  [
    `BETFAIR_IDENTITY_URL=${baseUrl('betfair')}/identity`,
    `BETFAIR_STREAM_HOST=127.0.0.1 BETFAIR_STREAM_PORT=${stream.port} BETFAIR_TLS=false`,
    `BETFAIR_APP_KEY=${TEST_KEY} BETFAIR_USERNAME=${TEST_USER} BETFAIR_PASSWORD=${TEST_KEY}`,
  ].join(' ');

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new Error(`--${name} is a whole number from ${least} to ${most}`);
  }
  return value;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exit(1);
}
