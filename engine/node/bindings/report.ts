/** `internalBinding('report')`: settings are kept; writing a report throws its name. */
import type { CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => {
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
  return {
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
