export { secret } from '../ports/secret.ts';
