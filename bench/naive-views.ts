/**
 * What one would write first: parse, believe it, loop. No checks, no matching beyond equal names, the best price and a
 * plain average for each outcome. Answers the messages it would send.
 */
export function naiveViews(text: string): string[] {
  const events = JSON.parse(text) as WireEvent[];
  const matches = new Map<string, unknown>();
  const messages: string[] = [];
  for (const event of events) {
    const outcomes = new Map<string, { best: number; bookmaker: string; sum: number; quotes: unknown[] }>();
    for (const bookmaker of event.bookmakers) {
      for (const market of bookmaker.markets) {
        for (const { name, price, point } of market.outcomes) {
          const key = `${market.key}:${name}:${point ?? ''}`;
          const outcome = outcomes.get(key) ?? { best: 0, bookmaker: '', sum: 0, quotes: [] };
          outcome.quotes.push({ bookmaker: bookmaker.key, price, at: bookmaker.last_update });
          outcome.sum += 1 / price;
          if (price > outcome.best) {
            outcome.best = price;
            outcome.bookmaker = bookmaker.key;
          }
          outcomes.set(key, outcome);
        }
      }
    }
    const view = { match: `${event.home_team}|${event.away_team}`, outcomes: Object.fromEntries(outcomes) };
    matches.set(view.match, view);
    messages.push(JSON.stringify(view));
  }
  return messages;
}

interface WireEvent {
  readonly home_team: string;
  readonly away_team: string;
  readonly bookmakers: readonly {
    readonly key: string;
    readonly last_update: string;
    readonly markets: readonly {
      readonly key: string;
      readonly outcomes: readonly {
        readonly name: string;
        readonly price: number;
        readonly point?: number;
      }[];
    }[];
  }[];
}
