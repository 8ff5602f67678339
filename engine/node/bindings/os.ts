/** `internalBinding('os')` (src/node_os.cc): the machine as the page sees it. */
import { HOST_NAME, KERNEL_NAME, KERNEL_RELEASE, KERNEL_VERSION, MACHINE, USER } from '../../system/identity.ts';
import type { CreateBinding } from '../environment.ts';

const GIBIBYTE = 2 ** 30;

export const create: CreateBinding = (environment) => {
  const { performance } = environment.host;
  const processors = navigatorAtStart.hardwareConcurrency;
  const memory = (navigatorAtStart.deviceMemory ?? 4) * GIBIBYTE;
  return {
    getHostname: () => HOST_NAME,
    getOSInformation: () => [KERNEL_NAME, KERNEL_VERSION, KERNEL_RELEASE, MACHINE],
    getHomeDirectory: () => environment.start.env.get('HOME') ?? USER.home,
    getUptime: () => performance.now() / 1000,
    getTotalMem: () => memory,
    getFreeMem: () => {
      const usage = environment.system.files.usage();
      return Math.max(0, memory - (usage.blocks - usage.freeBlocks) * usage.blockSize);
    },
    // A page cannot see the machine's load or the model and times of its processors.
    getLoadAvg: (values: Float64Array) => void values.fill(0),
    getCPUs: () => Array.from({ length: processors }, () => ['unknown', 0, 0, 0, 0, 0, 0]).flat(),
    getAvailableParallelism: () => processors,
    getInterfaceAddresses: () => ['lo', '127.0.0.1', '255.0.0.0', 'IPv4', '00:00:00:00:00:00', true, -1],
    getUserInfo: () => ({ uid: USER.uid, gid: USER.gid, username: USER.name, homedir: USER.home, shell: USER.shell }),
    setPriority: () => 0,
    getPriority: () => 0,
    isBigEndian: false,
  };
};

const navigatorAtStart: { readonly hardwareConcurrency: number; readonly deviceMemory?: number } = {
  hardwareConcurrency: (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1,
  ...((globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory === undefined
    ? {}
    : { deviceMemory: (globalThis.navigator as unknown as { deviceMemory: number }).deviceMemory }),
};
