/** Where a line protocol is spoken. */
export interface LineAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** An open connection that speaks in lines of UTF-8 text. */
export interface LineConnection {
  /**
   * The lines without their ends, read once. It never returns: it throws `ProviderError` when the connection ends or a
   * line is over the limit, on abort the signal's reason. What is not read holds the sender back.
   */
  readonly lines: AsyncIterable<string>;
  /** Sends a line, ended with CRLF. Does nothing on a connection that has ended. */
  send(line: string): void;
  /** Ends the connection at once. Idempotent. */
  close(): void;
}

/** Makes connections. Throws `ProviderError` and nothing else; on abort, also later, the signal's reason. */
export interface LineClient {
  open(address: LineAddress, signal: AbortSignal): Promise<LineConnection>;
}
