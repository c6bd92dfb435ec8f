import { type Static, Type } from 'typebox';

/** How the senders of webhooks sign; each is a file of `ingest/feeds/signatures/`. */
export const SIGNATURE_SCHEMES = [
  'hmac-hex',
  'hmac-base64',
  'github',
  'standard-webhooks',
  'svix',
  'stripe',
  'timestamped-hex',
  'opta',
  'none',
] as const;

export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

const strict = { additionalProperties: false };
const variable = Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,99}$' });
const header = Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" });
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });

const MOST_BYTES = 4 * 1024 * 1024;

/** A rule that makes events of a body. What `Unknown` stands for is checked where templates are compiled. */
const mappingRule = Type.Object(
  {
    /** Conditions that all have to hold. */
    when: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 20 })),
    /** JSON pointer of a list: the rule is applied to each of its members. */
    each: Type.Optional(Type.String({ maxLength: 400 })),
    eventType: Type.Unknown(),
    id: Type.Optional(Type.Unknown()),
    occurredAt: Type.Optional(Type.Unknown()),
    data: Type.Unknown(),
  },
  strict,
);

const mapping = Type.Object(
  {
    format: Type.Optional(oneOf('json', 'xml')),
    /** Every rule that applies makes its events. */
    events: Type.Array(mappingRule, { minItems: 1, maxItems: 50 }),
    /** When no rule applies: the delivery is refused, or answered with a 2xx and forgotten. */
    otherwise: Type.Optional(oneOf('refuse', 'ignore')),
  },
  strict,
);

/** A feed as its file in `FEEDS_DIR` declares it; docs/feeds.md explains every field. */
export const feedDeclaration = Type.Object(
  {
    /** In the path, and the `source` of its events. */
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    signature: Type.Object(
      {
        scheme: oneOf(...SIGNATURE_SCHEMES),
        header: Type.Optional(header),
        timestampHeader: Type.Optional(header),
        /**
         * Header that names the delivery, where no signature vouches for it: whoever has seen a signed request can send
         * it again under another name. Without it the body is its own name, and the same body is the same delivery.
         */
        deliveryHeader: Type.Optional(header),
        /** Names of the variables that hold the secrets; each of them is accepted. */
        secretEnv: Type.Optional(Type.Array(variable, { minItems: 1, maxItems: 8 })),
        /** The secrets themselves; never in production. */
        secrets: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { minItems: 1, maxItems: 8 }),
        ),
      },
      strict,
    ),
    /** Addresses it may come from, as CIDR; anywhere when absent. */
    allow: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { minItems: 1, maxItems: 500 }),
    ),
    /** The variable that holds a secret last segment of its path. */
    pathSecretEnv: Type.Optional(variable),
    limits: Type.Optional(
      Type.Object(
        {
          perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
          maxBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_BYTES })),
        },
        strict,
      ),
    ),
    /** A mapping of ours; either this or `mapping`. */
    preset: Type.Optional(oneOf('match-events', 'match-status', 'opta')),
    mapping: Type.Optional(mapping),
  },
  strict,
);

export type FeedDeclaration = Static<typeof feedDeclaration>;
export type FeedMapping = Static<typeof mapping>;
export type FeedMappingRule = Static<typeof mappingRule>;

/** A declaration that fits its schema, with the secrets it names. */
export interface FeedDocument {
  /** Where it stands, for faults: `FEEDS_DIR acme.json`. */
  readonly place: string;
  readonly declaration: FeedDeclaration;
  readonly secrets: readonly string[];
  readonly pathSecret?: string;
}
