import { join } from 'node:path';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { betfair } from './index.ts';

providerContract(betfair, join(import.meta.dir, 'testcases'));
