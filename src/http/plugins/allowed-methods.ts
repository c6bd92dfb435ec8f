import type { HttpApp } from '../http-app.ts';

/** Remembers the routes registered after it, to tell a wrong method from a wrong path. */
export class AllowedMethods {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  constructor(app: HttpApp) {
    app.addHook('onRoute', ({ url, method }) => {
      // `OPTIONS *` answers preflights; pages' catch-alls say nothing about a path.
      if (url.includes('*')) return;
      this.#routes.push({ pattern: patternOf(url), methods: [method].flat() });
    });
  }

  /** The methods of this path, sorted; none when there is no such path. */
  of(path: string): string[] {
    const methods = this.#routes
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  }
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/')}$`,
  );
