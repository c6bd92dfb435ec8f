import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const text = Type.String({ minLength: 1 });
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));
const selectionId = Type.Integer({ minimum: 0 });

/** A line of the stream that carries changes. Absent `ct`: a delta. `status` 503: what they send is out of date. */
const changeMessage = Type.Object({
  op: Type.Literal('mcm'),
  id: optional(Type.Integer()),
  ct: optional(text),
  clk: optional(text),
  initialClk: optional(text),
  pt: optional(Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })),
  status: optional(Type.Number()),
  segmentType: optional(text),
  mc: optional(Type.Array(Type.Unknown())),
});

const statusMessage = Type.Object({
  op: Type.Literal('status'),
  id: optional(Type.Integer()),
  statusCode: text,
  errorCode: optional(Type.String()),
  connectionClosed: optional(Type.Boolean()),
});

/** `con` (several changes in one) is left aside: only the state after it matters here. */
const marketChange = Type.Object({
  id: text,
  img: optional(Type.Boolean()),
  marketDefinition: optional(Type.Unknown()),
  rc: optional(Type.Array(Type.Unknown())),
});

/** Always whole: a runner that is not in it is no runner any more. */
const marketDefinition = Type.Object({
  status: text,
  eventId: text,
  eventTypeId: text,
  marketType: text,
  marketTime: optional(Type.String()),
  runners: Type.Array(Type.Object({ id: selectionId, status: text, sortPriority: optional(Type.Number()) })),
});

/** Numbers of the wire may be the words NaN, Infinity and -Infinity. */
const wireNumber = Type.Union([
  Type.Number(),
  Type.Literal('NaN'),
  Type.Literal('Infinity'),
  Type.Literal('-Infinity'),
]);

/** `batb`: level, price, size; a size of 0 takes the level away. `hc` is 0 or absent outside handicap markets. */
const runnerChange = Type.Object({
  id: selectionId,
  hc: optional(wireNumber),
  batb: optional(Type.Array(Type.Array(wireNumber, { minItems: 3 }))),
});

/** An element of `listMarketCatalogue`. */
const listedMarket = Type.Object({
  marketId: text,
  marketStartTime: optional(Type.String()),
  description: Type.Object({ marketType: text }),
  runners: Type.Array(
    Type.Object({ selectionId, runnerName: Type.String(), sortPriority: optional(Type.Number()) }),
  ),
  eventType: Type.Object({ id: text }),
  competition: optional(Type.Object({ id: text, name: optional(Type.String()) })),
  event: Type.Object({ id: text, name: Type.String(), openDate: optional(Type.String()) }),
});

/** An element of `listMarketBook`. */
const listedBook = Type.Object({
  marketId: text,
  status: text,
  runners: Type.Array(
    Type.Object({
      selectionId,
      status: text,
      ex: optional(
        Type.Object({
          availableToBack: optional(Type.Array(Type.Object({ price: wireNumber, size: wireNumber }))),
        }),
      ),
    }),
  ),
});

/** Answers of the JSON-RPC service: one of the two. */
const rpcResult = Type.Object({ jsonrpc: Type.String(), result: Type.Array(Type.Unknown()) });
const rpcError = Type.Object({
  jsonrpc: Type.String(),
  error: Type.Object({
    code: optional(Type.Number()),
    data: optional(Type.Object({ APINGException: optional(Type.Object({ errorCode: Type.String() })) })),
  }),
});

const loginAnswer = Type.Object({ token: Type.String(), status: text, error: optional(Type.String()) });

export type ChangeMessage = Static<typeof changeMessage>;
export type MarketChange = Static<typeof marketChange>;
export type MarketDefinition = Static<typeof marketDefinition>;
export type RunnerChange = Static<typeof runnerChange>;
export type ListedMarket = Static<typeof listedMarket>;
export type ListedBook = Static<typeof listedBook>;
export type WireNumber = Static<typeof wireNumber>;

function guard<Schema extends TSchema>(schema: Schema): (value: unknown) => value is Static<Schema> {
  const compiled = Compile(schema);
  return (value): value is Static<Schema> => compiled.Check(value);
}

export const isChangeMessage = guard(changeMessage);
export const isStatusMessage = guard(statusMessage);
export const isMarketChange = guard(marketChange);
export const isMarketDefinition = guard(marketDefinition);
export const isRunnerChange = guard(runnerChange);
export const isListedMarket = guard(listedMarket);
export const isListedBook = guard(listedBook);
export const isRpcResult = guard(rpcResult);
export const isRpcError = guard(rpcError);
export const isLoginAnswer = guard(loginAnswer);

/** A line of the stream that is an object with an `op` at least; what else it has to be depends on that. */
export const opOf = (value: unknown): string | undefined => {
  const op = typeof value === 'object' && value !== null && 'op' in value ? value.op : undefined;
  return typeof op === 'string' ? op : undefined;
};

/** A price that can be backed: nothing for the words, for no size, and for what is no price. */
export function backPrice(price: WireNumber | undefined, size: WireNumber | undefined): number | undefined {
  const offered = typeof price === 'number' && typeof size === 'number' && size > 0;
  return offered && price > 1 && price <= HIGHEST_PRICE ? price : undefined;
}

/** The top of their price ladder. */
const HIGHEST_PRICE = 1_000;
