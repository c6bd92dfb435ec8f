import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Millis, seconds } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DatabaseAddress } from '../../../ports/database-target.ts';
import { StoreError } from '../../../ports/store-error.ts';
import { findBundledPostgres } from './bundled-postgres.ts';
import { type Claim, takeClaim } from './claim.ts';
import { type ClusterPlace, findClusterPlace } from './cluster-place.ts';
import { addressIn, type Greeting, greet } from './greet.ts';
import { ensureCluster, OWNER } from './initdb.ts';
import { installBinaries } from './installed-binaries.ts';
import { isPostmasterOf, type PostmasterFile, readPostmasterFile } from './postmaster.ts';
import { lastComplaint, spawnAs, spawnError } from './run-as.ts';
import { ServerLog } from './server-log.ts';
import { PORT, serverArguments } from './server-settings.ts';
import { prepareSocketDirectory } from './socket-directory.ts';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  /** `false` trades safety against a power cut for speed: for tests. */
  readonly durable?: boolean;
}

const START_PATIENCE = seconds(30);
const STOP_PATIENCE = seconds(10);
const RELAUNCH_FOR = seconds(3);

/**
 * Our own Postgres, on a Unix socket in a directory that only its user may enter (docs/adr/0002). One process uses it at
 * a time. It outlives a process that is killed; the next start adopts it, or recovers what a crash left.
 */
export class EmbeddedPostgres {
  readonly #options: EmbeddedPostgresOptions;
  readonly #log: ServerLog;
  #child: ChildProcess | undefined;
  #place: ClusterPlace | undefined;
  #binaries = '';
  #claim: Claim | undefined;
  #starting: Promise<DatabaseAddress> | undefined;
  #keeping: Promise<void> | undefined;
  #stopping = false;

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
    this.#log = new ServerLog(options.dataDir);
  }

  /** Where Postgres keeps its files; known after a start. */
  get cluster(): string | undefined {
    return this.#place?.cluster;
  }

  /**
   * Resolves with the address when the server takes connections and is ours. Throws `STORE_IN_USE`,
   * `STORE_NOT_BUNDLED`, `STORE_DATA_DIRECTORY` or `STORE_EMBEDDED_FAILED`.
   */
  start(): Promise<DatabaseAddress> {
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** To be called now and then: starts the server again when it is gone, and keeps its log in bounds. */
  keepUp(): Promise<void> {
    this.#keeping ??= this.#keepUp().finally(() => {
      this.#keeping = undefined;
    });
    return this.#keeping;
  }

  /** Stops the server if it is ours: fast, with everything written. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled([this.#starting, this.#keeping]);
    const [place, claim] = [this.#place, this.#claim];
    this.#claim = undefined;
    this.#starting = undefined;
    this.#stopping = false;
    if (!place || !claim) return;
    // Kept until the server is down, or another start could take it up in between. If somebody else got it while our
    // connection was lost, the server is his.
    if (await claim.held().catch(() => false)) await this.#shutDown(place.cluster);
    await claim.end();
    this.#child = undefined;
  }

  async #start(): Promise<DatabaseAddress> {
    const bundled = findBundledPostgres();
    this.#place = await findClusterPlace(this.#options.dataDir);
    const { runner, cluster, dataDir } = this.#place;
    this.#binaries = await installBinaries(bundled, runner, dataDir);
    await ensureCluster(this.#binaries, cluster, runner, bundled.major);
    const until = this.#options.clock.now() + START_PATIENCE;
    for (;;) {
      const address = await this.#comeUp(this.#place, until);
      try {
        this.#claim = await takeClaim(address, dataDir, this.#options.clock);
        return address;
      } catch (error) {
        // The one who had it was stopping it: begin again.
        if (!(error instanceof StoreError && error.retryable) || this.#options.clock.now() > until)
          throw error;
        await this.#pause(50);
      }
    }
  }

  async #keepUp(): Promise<void> {
    const place = this.#place;
    if (!place || !this.#claim) return;
    await this.#log.trim();
    const file = await readPostmasterFile(place.cluster);
    const running = file !== undefined && (await isPostmasterOf(place.cluster, file.pid));
    if (running && hasSocket(file) && (await this.#claim.held().catch(() => false))) return;
    const address = await this.#comeUp(place, this.#options.clock.now() + START_PATIENCE);
    // The connection it hung on was lost with the server, or closed by hand.
    await this.#claim.end();
    this.#claim = await takeClaim(address, place.dataDir, this.#options.clock);
  }

  /** Adopts the running server of this cluster, or starts one, until it answers. */
  async #comeUp(place: ClusterPlace, until: number): Promise<DatabaseAddress> {
    const { clock } = this.#options;
    let [firstTry, offset] = [0, 0];
    for (let tries = 0; ; ) {
      if (this.#stopping) throw new StoreError('STORE_STOPPED', 'Stopped while Postgres was coming up.');
      const file = await readPostmasterFile(place.cluster);
      const running = file !== undefined && (await isPostmasterOf(place.cluster, file.pid));
      let greeting: Greeting = 'none';
      if (file && hasSocket(file)) {
        const address = addressIn(file.socketDirectory, OWNER, PORT);
        greeting = await greet(address, place.cluster);
        if (greeting === 'ours') return address;
      } else if (running && file.ready) {
        // Swept from the temporary directory, or removed by an older server whose files were deleted under it.
        await this.#shutDown(place.cluster);
      }
      if (!running && greeting === 'none' && !isRunning(this.#child)) {
        // A killed server's own processes may need a moment to notice; it refuses to start beside them.
        if (tries > 0 && clock.now() - firstTry > RELAUNCH_FOR)
          throw failed(`Postgres ended at once: ${lastComplaint(await this.#log.since(offset))}`, this.#log);
        if (tries > 0 && file) await dropStaleFile(place.cluster, file.pid);
        if (tries++ === 0) firstTry = clock.now();
        else await this.#pause(200);
        offset = await this.#log.size();
        this.#child = await this.#launch(place);
      }
      if (clock.now() > until)
        throw failed(
          running
            ? `Postgres (process ${file.pid}) holds ${place.cluster} but does not answer; if it hangs, end that process`
            : 'Postgres did not come up in time',
          this.#log,
        );
      await this.#pause(10);
    }
  }

  async #launch(place: ClusterPlace): Promise<ChildProcess> {
    const directory = await prepareSocketDirectory(place.cluster, place.runner);
    const argv = serverArguments(place.cluster, directory, this.#options.durable ?? true);
    const output = this.#log.open();
    try {
      const program = join(this.#binaries, 'bin', 'postgres');
      const child = spawnAs(place.runner, program, argv, output);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', (cause) => reject(spawnError(program, cause)));
      });
      // It is meant to survive us, and must not keep us alive.
      child.unref();
      return child;
    } finally {
      closeSync(output);
    }
  }

  async #shutDown(cluster: string): Promise<void> {
    const file = await readPostmasterFile(cluster);
    if (!file) return;
    // Fast shutdown first; if that hangs, the immediate one, which the next start recovers from.
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      const until = this.#options.clock.now() + STOP_PATIENCE;
      if (await isPostmasterOf(cluster, file.pid)) process.kill(file.pid, signal);
      while (await isPostmasterOf(cluster, file.pid)) {
        if (this.#options.clock.now() > until) break;
        await this.#pause(10);
      }
    }
  }

  #pause(span: Millis): Promise<void> {
    return this.#options.clock.sleep(span, new AbortController().signal);
  }
}

const isRunning = (child: ChildProcess | undefined): boolean =>
  child !== undefined && child.exitCode === null && child.signalCode === null;

const hasSocket = (file: PostmasterFile): boolean =>
  existsSync(join(file.socketDirectory, `.s.PGSQL.${PORT}`));

const failed = (what: string, log: ServerLog): StoreError =>
  new StoreError('STORE_EMBEDDED_FAILED', `${what} (see ${log.path})`);

/**
 * Postgres refuses to start when the number in its file belongs to any living process of the same user, even if that is
 * a browser. Only then, and only if the file is still the same, is it removed.
 */
async function dropStaleFile(cluster: string, pid: number): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (file?.pid === pid && !(await isPostmasterOf(cluster, pid)))
    await rm(join(cluster, 'postmaster.pid'), { force: true });
}
