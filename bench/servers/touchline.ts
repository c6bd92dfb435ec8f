/**
 * The whole product in a process of its own, with a fixed scene in place of providers: everything of `createApp` runs,
 * but nothing is polled. Its sources say the same once a second. `DATA_DIR` comes from the environment; how many sources
 * speak of the score is the first argument.
 */
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { MatchView } from '../../src/domain/view.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import { serveJsonLines } from '../json-lines.ts';
import { Scene } from '../scene.ts';

const PLENTY = '1000000000';

const config = loadConfig(
  {
    NODE_ENV: 'production',
    JWT_SECRET: 'bench-9f2c61d07ab84e53b6d1f0a2c7e8945d',
    LOG_LEVEL: 'warn',
    PORT: '0',
    RATE_LIMIT_MAX: PLENTY,
    WS_MAX_CONNECTIONS: PLENTY,
    WS_MAX_PER_ADDRESS: PLENTY,
    DATA_DIR: process.env.DATA_DIR,
  },
  [],
);
const log = createLogger({ level: 'warn', environment: 'production', version: 'bench', secrets: [] });
const app = createApp({ config, definitions: [], log, version: 'bench' });
await app.lifecycle.start();

const scene = new Scene(systemClock.now(), Number(process.argv[2] ?? 3));
const say = () => app.ingest.accept(scene.said(systemClock.now()));
await say();
const confirmation = setInterval(() => void say(), 1_000);

process.once('SIGTERM', () => {
  clearInterval(confirmation);
  void app.lifecycle.stop().finally(() => process.exit(0));
});

const inPlay = (view: MatchView) => view.score !== null;
const match = [...app.live.views()].find(inPlay);
const position = () => (match && app.live.view(match.id)?.position.scores.seq) ?? 0;
await serveJsonLines<{ readonly do: 'publish' | 'settle' }>(
  { port: Number(new URL(app.server.address()).port), matchId: match?.id },
  async (question) => {
    if (question.do === 'settle') {
      Bun.gc(true);
      return {};
    }
    const before = position();
    const at = performance.timeOrigin + performance.now();
    await app.ingest.accept(scene.goal(systemClock.now()));
    // With several sources a goal is told by the first, and again when the others make it surer.
    return { at, seqs: Array.from({ length: position() - before }, (_, index) => before + 1 + index) };
  },
);
