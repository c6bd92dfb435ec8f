import type { Routes } from '../http-app.ts';
import { healthRoutes } from './health/index.ts';
import { scoreRoutes } from './scores/index.ts';

/** Every route of the API, by noun. A new one is a folder and a line here. */
export const ROUTES: readonly Routes[] = [healthRoutes, scoreRoutes];
