import { join } from 'node:path';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { theOddsApi } from './index.ts';

providerContract(theOddsApi, join(import.meta.dir, 'testcases'));
