/**
 * `internalBinding('os')` (src/node_os.cc): the machine is the engine, which has the browser's processors, and memory that it shares among its threads. What a page
 * cannot see is NaN, or what Node's documentation gives for unknown (docs/decisions/0014).
 */
import { HOST_NAME, KERNEL_NAME, KERNEL_RELEASE, KERNEL_VERSION, MACHINE, USER } from '../../system/identity.ts';
import type { CreateBinding } from '../environment.ts';
import { encodeUtf8 } from '../text.ts';
import type { UvErrorMap } from '../uv-errors.ts';

const GIBIBYTE = 2 ** 30;

export const createOsBinding =
  (uvErrors: UvErrorMap): CreateBinding =>
  (environment) => {
    const { system } = environment;
    const processors = navigatorAtStart.hardwareConcurrency;
    /** The machine's, where the browser tells it (rounded), but at least what the engine has. */
    const memory = (): number => {
      const { blocks, blockSize } = system.files.usage();
      return Math.max((navigatorAtStart.deviceMemory ?? 0) * GIBIBYTE, blocks * blockSize);
    };
    const fail = (context: Record<string, unknown>, errno: number, syscall: string): void => {
      const [code, message] = uvErrors.get(errno) ?? ['UNKNOWN', 'unknown error'];
      Object.assign(context, { errno, code, message, syscall });
    };
    const ESRCH = -3;
    /** 0 or -ESRCH. */
    const findProcess = (pid: number): number => (pid === 0 ? 0 : pid < 0 ? ESRCH : Math.min(0, system.kill(pid, 0)));
    return {
      getHostname: () => HOST_NAME,
      getOSInformation: () => [KERNEL_NAME, KERNEL_VERSION, KERNEL_RELEASE, MACHINE],
      getHomeDirectory: () => environment.start.env.get('HOME') ?? USER.home,
      getUptime: () => system.uptime(),
      getTotalMem: memory,
      getFreeMem: () => {
        const { freeBlocks, blockSize } = system.files.usage();
        return freeBlocks * blockSize;
      },
      // What Node says where the system has no load average.
      getLoadAvg: (values: Float64Array) => void values.fill(0),
      // libuv's words for an unknown model and speed; nothing stands for unknown times.
      getCPUs: () => Array.from({ length: processors }, () => ['unknown', 0, NaN, NaN, NaN, NaN, NaN]).flat(),
      getAvailableParallelism: () => processors,
      // The page's own network is a loopback of both families.
      getInterfaceAddresses: () => [
        ...['lo', '127.0.0.1', '255.0.0.0', 'IPv4', '00:00:00:00:00:00', true, -1],
        ...['lo', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'IPv6', '00:00:00:00:00:00', true, 0],
      ],
      getUserInfo: (options?: { encoding?: unknown } | null) => {
        const text = (value: string): unknown => (options?.encoding === 'buffer' ? environment.buffer(encodeUtf8(value)) : value);
        return { uid: USER.uid, gid: USER.gid, username: text(USER.name), homedir: text(USER.home), shell: text(USER.shell) };
      },
      setPriority: (pid: number, priority: number, context: Record<string, unknown>) => {
        const error = findProcess(pid) || system.setNiceness(pid, priority);
        if (error !== 0) fail(context, error, 'uv_os_setpriority');
        return error;
      },
      getPriority: (pid: number, context: Record<string, unknown>) => {
        const error = findProcess(pid);
        if (error === 0) return system.niceness(pid);
        fail(context, error, 'uv_os_getpriority');
        return undefined;
      },
      isBigEndian: false,
    };
  };

const navigatorAtStart: { readonly hardwareConcurrency: number; readonly deviceMemory?: number } = {
  hardwareConcurrency: (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1,
  ...((globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory === undefined
    ? {}
    : { deviceMemory: (globalThis.navigator as unknown as { deviceMemory: number }).deviceMemory }),
};
