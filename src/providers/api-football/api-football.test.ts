import { join } from 'node:path';
import { providerContract } from '../../../tests/contracts/provider-contract.ts';
import { apiFootball } from './index.ts';

providerContract(apiFootball, join(import.meta.dir, 'testcases'));
