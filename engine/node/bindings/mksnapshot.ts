/** `internalBinding('mksnapshot')`: no start-up snapshots in a page. */
import { NotImplementedError } from '../dump.ts';
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({
  isBuildingSnapshotBuffer: new Uint8Array(1),
  setSerializeCallback: () => undefined,
  setDeserializeCallback: () => undefined,
  setDeserializeMainFunction: () => undefined,
  runEmbedderPreload: () => undefined,
  compileSerializeMain: () => {
    throw new NotImplementedError('--build-snapshot');
  },
});
