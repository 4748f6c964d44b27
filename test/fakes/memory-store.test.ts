import { describeStore } from '../contracts/store.ts';
import { memoryStore } from './memory-store.ts';

describeStore('the memory store', { open: async (limits) => memoryStore(limits) });
