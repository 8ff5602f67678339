/**
 * `internalBinding('report')` (src/node_report.cc): diagnostic reports of what a page knows. What it cannot know is left out of an object, or NaN, which JSON
 * shows as null: docs/decisions/0014-what-a-page-cannot-see.md.
 */
import { activeResources } from '../active-resources.ts';
import type { Callable, CreateBinding, Environment } from '../environment.ts';
import { encodeUtf8 } from '../text.ts';

const REPORT_VERSION = 5;
const WORD_SIZE = 64;
const MICROSECONDS = 1e6;
const OPEN_FILES = 1024;

interface Trigger {
  readonly event: string;
  readonly trigger: string;
  readonly filename: string | null;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time, as in the names of report files: date and time of day. */
function timeParts(now: Date): { readonly date: string; readonly time: string } {
  return {
    date: `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`,
    time: `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`,
  };
}

function header(environment: Environment, { event, trigger, filename }: Trigger, networkIncluded: boolean): Record<string, unknown> {
  const { process, system } = environment;
  const os = environment.requireBuiltin('os') as Record<string, () => unknown>;
  const processors = (os['cpus']?.() ?? []) as { model: string; speed: number; times: Record<string, number> }[];
  const now = new Date();
  const { arch, platform, versions, version, release } = process;
  const interfaces = os['networkInterfaces']?.() as Record<string, Record<string, unknown>[]> | undefined;
  return {
    reportVersion: REPORT_VERSION,
    event,
    trigger,
    filename,
    dumpEventTime: `${now.toISOString().slice(0, 19)}Z`,
    dumpEventTimeStamp: String(now.getTime()),
    processId: system.pid,
    threadId: environment.threadId,
    cwd: system.cwd(),
    commandLine: environment.start.args,
    nodejsVersion: version,
    wordSize: WORD_SIZE,
    arch,
    platform,
    componentVersions: versions,
    release,
    osName: os['type']?.(),
    osRelease: os['release']?.(),
    osVersion: os['version']?.(),
    osMachine: os['machine']?.(),
    cpus: processors.map(({ model, speed, times }) => ({ model, speed, ...times })),
    ...(networkIncluded
      ? { networkInterfaces: Object.entries(interfaces ?? {}).flatMap(([name, list]) => list.map((one) => ({ name, ...one }))) }
      : {}),
    host: os['hostname']?.(),
  };
}

function javascriptStack(error: unknown): Record<string, unknown> {
  const isObject = typeof error === 'object' && error !== null;
  const { stack } = (isObject ? error : {}) as { stack?: unknown };
  if (typeof stack !== 'string') return { message: 'No stack.', stack: ['Unavailable.'], errorProperties: {} };
  const [message = '', ...frames] = stack.split('\n');
  const properties = Object.entries(error as object).map(([key, value]) => [key, String(value)] as const);
  return { message, stack: frames.map((frame) => frame.trim()), errorProperties: Object.fromEntries(properties) };
}

/** The names are V8's statistics'. */
function javascriptHeap(environment: Environment): Record<string, unknown> {
  const v8 = environment.requireBuiltin('v8') as Record<string, () => unknown>;
  const heap = v8['getHeapStatistics']?.() as Record<string, number>;
  const spaces = v8['getHeapSpaceStatistics']?.() as Record<string, number | string>[];
  return {
    totalMemory: heap['total_heap_size'],
    executableMemory: heap['total_heap_size_executable'],
    totalCommittedMemory: heap['total_physical_size'],
    availableMemory: heap['total_available_size'],
    totalGlobalHandlesMemory: heap['total_global_handles_size'],
    usedGlobalHandlesMemory: heap['used_global_handles_size'],
    usedMemory: heap['used_heap_size'],
    memoryLimit: heap['heap_size_limit'],
    mallocedMemory: heap['malloced_memory'],
    externalMemory: heap['external_memory'],
    peakMallocedMemory: heap['peak_malloced_memory'],
    nativeContextCount: heap['number_of_native_contexts'],
    detachedContextCount: heap['number_of_detached_contexts'],
    doesZapGarbage: heap['does_zap_garbage'],
    heapSpaces: Object.fromEntries(
      spaces.map((space) => [
        String(space['space_name']),
        {
          memorySize: space['space_size'],
          committedMemory: space['physical_space_size'],
          capacity: Number(space['space_used_size']) + Number(space['space_available_size']),
          used: space['space_used_size'],
          available: space['space_available_size'],
        },
      ]),
    ),
  };
}

/** Seconds of processor time and how much of the time since the start they are, and memory in bytes. */
function resourceUsage(environment: Environment, isProcess: boolean): Record<string, unknown> {
  const process = environment.process as Record<string, Callable>;
  const usage = Reflect.apply(process['resourceUsage'] as Callable, process, []) as Record<string, number>;
  const uptime = Number(Reflect.apply(process['uptime'] as Callable, process, []));
  const user = Number(usage['userCPUTime']) / MICROSECONDS;
  const kernel = Number(usage['systemCPUTime']) / MICROSECONDS;
  const percent = (seconds: number): number => (100 * seconds) / uptime;
  const common = {
    userCpuSeconds: user,
    kernelCpuSeconds: kernel,
    cpuConsumptionPercent: percent(user + kernel),
    userCpuConsumptionPercent: percent(user),
    kernelCpuConsumptionPercent: percent(kernel),
  };
  const fsActivity = { reads: usage['fsRead'], writes: usage['fsWrite'] };
  if (!isProcess) return { ...common, fsActivity };
  const os = environment.requireBuiltin('os') as Record<string, () => unknown>;
  const memory = Reflect.apply(process['memoryUsage'] as Callable, process, []) as Record<string, number>;
  return {
    free_memory: os['freemem']?.(),
    total_memory: os['totalmem']?.(),
    rss: memory['rss'],
    constrained_memory: Reflect.apply(process['constrainedMemory'] as Callable, process, []),
    available_memory: Reflect.apply(process['availableMemory'] as Callable, process, []),
    ...common,
    maxRss: Number(usage['maxRSS']) * 1024,
    pageFaults: { IORequired: usage['majorPageFault'], IONotRequired: usage['minorPageFault'] },
    fsActivity,
  };
}

/** What holds the loop, by the names of `process.getActiveResourcesInfo()`: there are no libuv handles. */
function handles(environment: Environment): Record<string, unknown>[] {
  const names = activeResources(environment).names();
  const idle = environment.loop.idle / 1000;
  return [
    ...names.map((name) => ({ type: name, is_active: true, is_referenced: true })),
    { type: 'loop', is_active: true, loopIdleTimeSeconds: idle },
  ];
}

/** Limits of the engine's own processes (ulimit): files are what it counts. */
const userLimits = { open_files: { soft: OPEN_FILES, hard: OPEN_FILES } };

export const create: CreateBinding = (environment) => {
  const settings = {
    compact: false,
    network: false,
    env: false,
    directory: '',
    filename: '',
    signal: 'SIGUSR2',
    fatal: false,
    onSignal: false,
    uncaught: false,
  };
  let sequence = 0;

  const text = (about: Trigger, error: unknown): string => {
    const report = {
      header: header(environment, about, !settings.network),
      javascriptStack: javascriptStack(error),
      javascriptHeap: javascriptHeap(environment),
      // A page does not see the frames of the browser's own code, nor libraries.
      nativeStack: [],
      resourceUsage: resourceUsage(environment, true),
      uvthreadResourceUsage: resourceUsage(environment, false),
      libuv: handles(environment),
      workers: [],
      ...(settings.env ? {} : { environmentVariables: Object.fromEntries(environment.start.env) }),
      userLimits,
      sharedObjects: [],
    };
    return JSON.stringify(report, null, settings.compact ? 0 : 2);
  };

  /** `report.<date>.<time>.<pid>.<thread>.<number>.json` */
  const nextName = (): string => {
    const { date, time } = timeParts(new Date());
    sequence += 1;
    return `report.${date}.${time}.${environment.system.pid}.${environment.threadId}.${String(sequence).padStart(3, '0')}.json`;
  };

  return {
    getReport: (error: unknown) => text({ event: 'JavaScript API', trigger: 'GetReport', filename: null }, error),
    /** Gives the name of the file. @throws when it cannot be written */
    writeReport: (event: string, trigger: string, file: string | undefined, error: unknown) => {
      const { system } = environment;
      const filename = file ?? (settings.filename === '' ? nextName() : settings.filename);
      const content = encodeUtf8(`${text({ event, trigger, filename }, error)}\n`);
      if (filename === 'stdout' || filename === 'stderr') {
        system.writeBlocking(filename === 'stdout' ? 1 : 2, content);
        return filename;
      }
      const path = settings.directory === '' ? filename : `${settings.directory}/${filename}`;
      system.writeBlocking(2, encodeUtf8(`\nWriting Node.js report to file: ${filename}`));
      const written = system.files.writeFile(system.resolve(path), content, 0o666 & ~system.umask());
      if (written < 0) throw environment.uvException(written, 'open', undefined, path);
      system.writeBlocking(2, encodeUtf8('\nNode.js report completed\n'));
      return filename;
    },
    getCompact: () => settings.compact,
    setCompact: (value: boolean) => (settings.compact = value),
    getExcludeNetwork: () => settings.network,
    setExcludeNetwork: (value: boolean) => (settings.network = value),
    getExcludeEnv: () => settings.env,
    setExcludeEnv: (value: boolean) => (settings.env = value),
    getDirectory: () => settings.directory,
    setDirectory: (value: string) => (settings.directory = value),
    getFilename: () => settings.filename,
    setFilename: (value: string) => (settings.filename = value),
    getSignal: () => settings.signal,
    setSignal: (value: string) => (settings.signal = value),
    shouldReportOnFatalError: () => settings.fatal,
    setReportOnFatalError: (value: boolean) => (settings.fatal = value),
    shouldReportOnSignal: () => settings.onSignal,
    setReportOnSignal: (value: boolean) => (settings.onSignal = value),
    shouldReportOnUncaughtException: () => settings.uncaught,
    setReportOnUncaughtException: (value: boolean) => (settings.uncaught = value),
  };
};
