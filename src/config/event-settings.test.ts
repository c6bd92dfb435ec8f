import { describe, expect, test } from 'bun:test';
import { type EventSettings, eventSettings } from './event-settings.ts';
import { readEnvironment } from './read-environment.ts';
import { variables } from './variables.ts';

function settings(environment: Record<string, string>): { settings: EventSettings; faults: string[] } {
  const { values, faults } = readEnvironment(variables, environment);
  const found = [...faults];
  return { settings: eventSettings(values, found), faults: found };
}

const KEYS = { EVENTS_ARCHIVE_S3_ACCESS_KEY_ID: 'id', EVENTS_ARCHIVE_S3_SECRET_ACCESS_KEY: 'key' };

describe('settings of events', () => {
  test('thirty days and no archive when nothing is set', () => {
    expect(settings({})).toEqual({
      settings: { types: [], streamsHours: 24, retention: { days: 30, byType: new Map() } },
      faults: [],
    });
  });

  test('types may be kept shorter or longer', () => {
    const { retention } = settings({
      EVENTS_RETENTION_DAYS: '14',
      EVENTS_TTL: 'betting_odds=7, race_result=365',
    }).settings;
    expect(retention.days).toBe(14);
    expect([...retention.byType]).toEqual([
      ['betting_odds', 7],
      ['race_result', 365],
    ]);
  });

  test('the archive is a folder or a bucket', () => {
    expect(settings({ EVENTS_ARCHIVE_DIR: '/archive' }).settings.archive).toEqual({
      kind: 'folder',
      folder: '/archive',
    });
    expect(
      settings({
        EVENTS_ARCHIVE_S3_BUCKET: 'b',
        EVENTS_ARCHIVE_S3_ENDPOINT: 'http://127.0.0.1:9000',
        ...KEYS,
      }).settings.archive,
    ).toEqual({
      kind: 's3',
      bucket: 'b',
      endpoint: 'http://127.0.0.1:9000',
      prefix: 'events/',
      accessKeyId: 'id',
      secretAccessKey: 'key',
      spool: 'data/archive',
    });
  });

  const wrong: readonly { name: string; given: Record<string, string>; expected: RegExp }[] = [
    { name: 'a type without days', given: { EVENTS_TTL: 'betting_odds' }, expected: /EVENTS_TTL/ },
    {
      name: 'no days',
      given: { EVENTS_TTL: 'betting_odds=0' },
      expected: /EVENTS_TTL betting_odds must be of 1 to/,
    },
    {
      name: 'too many days',
      given: { EVENTS_TTL: 'betting_odds=36501' },
      expected: /EVENTS_TTL betting_odds/,
    },
    { name: 'a type twice', given: { EVENTS_TTL: 'a=1,a=2' }, expected: /EVENTS_TTL names a twice/ },
    {
      name: 'two archives',
      given: { EVENTS_ARCHIVE_DIR: '/archive', EVENTS_ARCHIVE_S3_BUCKET: 'b', ...KEYS },
      expected: /both set/,
    },
    {
      name: 'a bucket without its key',
      given: { EVENTS_ARCHIVE_S3_BUCKET: 'b', EVENTS_ARCHIVE_S3_ACCESS_KEY_ID: 'id' },
      expected: /EVENTS_ARCHIVE_S3_SECRET_ACCESS_KEY is missing/,
    },
    { name: 'keys without a bucket', given: KEYS, expected: /EVENTS_ARCHIVE_S3_BUCKET is missing/ },
    {
      name: 'an endpoint that is no URL',
      given: { EVENTS_ARCHIVE_S3_BUCKET: 'b', EVENTS_ARCHIVE_S3_ENDPOINT: 'minio:9000', ...KEYS },
      expected: /EVENTS_ARCHIVE_S3_ENDPOINT/,
    },
  ];
  for (const { name, given, expected } of wrong)
    test(`${name} is a fault`, () => {
      const { faults } = settings(given);
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(expected);
    });
});
