/** A Postgres that somebody else runs: by URL, or by parts. A `host` that begins with `/` is its Unix socket's directory. */
export type DatabaseAddress =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'parts';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password?: string;
    };

/** Where the database is. `embedded` runs our own Postgres, whose files live in `dataDir`. */
export type DatabaseTarget = DatabaseAddress | { readonly kind: 'embedded'; readonly dataDir: string };
