import { type Static, Type } from 'typebox';
import { secret } from '../../ports/secret.ts';
import { commaListPattern } from '../comma-list.ts';
import { SPORTS_PATTERN } from './event-types.ts';

export const settings = Type.Object({
  appKey: secret({ description: 'Application key of the Betfair Exchange.' }),
  username: Type.Optional(secret({ description: 'Betfair account to log in with.' })),
  password: Type.Optional(secret({ description: 'Password of that account.' })),
  session: Type.Optional(
    secret({ description: 'A session token, in place of an account; it cannot be renewed when it ends.' }),
  ),
  sports: Type.String({
    default: 'soccer',
    pattern: SPORTS_PATTERN,
    description: 'Sports to follow, separated by commas: our ids (soccer, tennis).',
  }),
  competitions: Type.Optional(
    Type.String({
      pattern: commaListPattern('\\d{1,12}'),
      description:
        'Only these competitions, by their numbers (10932509), separated by commas; all when empty.',
    }),
  ),
  hoursAhead: Type.Integer({
    default: 24,
    minimum: 1,
    maximum: 720,
    description: 'How far ahead of their start markets are followed.',
  }),
  totals: Type.Boolean({ default: false, description: 'Follow over/under 1.5, 2.5 and 3.5 goals too.' }),
  maxMarkets: Type.Integer({
    default: 200,
    minimum: 1,
    maximum: 10_000,
    description: 'The most markets to follow, those that start first; 200 is what Betfair allows.',
  }),
  streamHost: Type.String({
    default: 'stream-api.betfair.com',
    pattern: '^[A-Za-z0-9.:-]{1,253}$',
    description: 'Where the Exchange Stream is.',
  }),
  streamPort: Type.Integer({
    default: 443,
    minimum: 1,
    maximum: 65_535,
    description: 'Port of the Exchange Stream.',
  }),
  tls: Type.Boolean({
    default: true,
    description:
      'Speak TLS on the stream. Without it the session can be read on the way: local sandbox only.',
  }),
  baseUrl: Type.String({
    default: 'https://api.betfair.com/exchange/betting',
    pattern: '^https?://',
    description: 'Where the betting API is.',
  }),
  identityUrl: Type.String({
    default: 'https://identitysso.betfair.com/api',
    pattern: '^https?://',
    description: 'Where to log in.',
  }),
});

export type Settings = Static<typeof settings>;
