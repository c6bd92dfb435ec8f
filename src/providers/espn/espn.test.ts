import { join } from 'node:path';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { espn } from './index.ts';

providerContract(espn, join(import.meta.dir, 'testcases'));
