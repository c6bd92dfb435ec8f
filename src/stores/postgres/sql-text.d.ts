/** SQL files are imported `with { type: 'text' }`, so that a built server carries its migrations inside. */
declare module '*.sql' {
  const text: string;

  export = text;
}
