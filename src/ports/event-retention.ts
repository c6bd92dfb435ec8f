/** How long events are kept, in days after the UTC day they came in on. */
export interface EventRetention {
  readonly days: number;
  /** For types that are kept shorter or longer. */
  readonly byType: ReadonlyMap<string, number>;
}

/** Where events go before they are removed. */
export type ArchiveTarget =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Of an S3-compatible service; AWS when absent. */
      readonly endpoint?: string;
      readonly region?: string;
      /** Put before each name: `events/`. */
      readonly prefix: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      /** A local folder where files wait to be sent. */
      readonly spool: string;
    };
