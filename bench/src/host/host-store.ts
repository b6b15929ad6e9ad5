import { faultyStore, type ObjectStore, prefixStore, throttledStore } from '@millrace/core/storage';
import { fileSystemStore } from 'millrace';
import type { HostSetup } from './host-messages.ts';
import { recordingStore } from './recording-store.ts';

/** The store of a host's tables; the folder of the tables is its root. */
export async function openHostStore(setup: HostSetup, channel: string): Promise<ObjectStore> {
  const store = await openChosen(setup);
  return setup.recordRequests ? recordingStore(store, channel) : store;
}

async function openChosen({ store, directory }: HostSetup): Promise<ObjectStore> {
  switch (store.kind) {
    case 'fs':
      return fileSystemStore({ root: directory });
    case 'throttled': {
      const files = fileSystemStore({ root: directory });
      const faulty =
        store.faults && store.faults.length > 0
          ? faultyStore(files, { seed: store.settings.seed, faults: store.faults })
          : files;
      return throttledStore(faulty, store.settings);
    }
    case 's3': {
      const { s3Store } = await import('millrace/s3');
      const { bucket, prefix, region, endpoint } = store;
      const s3 = s3Store({
        bucket,
        ...(region === undefined ? {} : { region }),
        ...(endpoint === undefined ? {} : { endpoint }),
      });
      return prefix === '' ? s3 : prefixStore(s3, prefix);
    }
  }
}
