import { join } from 'node:path';

/** A token made by the command that operators use. */
export async function operatorToken(secret: string, subject: string): Promise<string> {
  const child = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, '../../scripts/token.ts'),
      '--scope',
      'operator',
      '--subject',
      subject,
    ],
    { env: { ...process.env, JWT_SECRET: secret }, stdout: 'pipe' },
  );
  return (await new Response(child.stdout).text()).trim();
}
