/** All bindings by the name that `internalBinding` gets. One file each, named as Node names them. */
import { createAsyncWrapBinding, type createAsyncStack } from './bindings/async_wrap.ts';
import * as blob from './bindings/blob.ts';
import * as blockList from './bindings/block_list.ts';
import * as config from './bindings/config.ts';
import * as constants from './bindings/constants.ts';
import * as ipcSerdes from './bindings/ipc_serdes.ts';
import * as buffer from './bindings/buffer.ts';
import * as credentials from './bindings/credentials.ts';
import * as diagnosticsChannel from './bindings/diagnostics_channel.ts';
import { createErrorsBinding, type ErrorCallbacks } from './bindings/errors.ts';
import * as fs from './bindings/fs.ts';
import * as fsDir from './bindings/fs_dir.ts';
import * as fsEventWrap from './bindings/fs_event_wrap.ts';
import * as icu from './bindings/icu.ts';
import * as inspector from './bindings/inspector.ts';
import * as messaging from './bindings/messaging.ts';
import * as mksnapshot from './bindings/mksnapshot.ts';
import { createOptionsBinding } from './bindings/options.ts';
import { createOsBinding } from './bindings/os.ts';
import { createPerformanceBinding, type PerformanceMarks } from './bindings/performance.ts';
import * as permission from './bindings/permission.ts';
import { createProcessMethodsBinding, type ProcessControl } from './bindings/process_methods.ts';
import * as profiler from './bindings/profiler.ts';
import * as report from './bindings/report.ts';
import * as signalWrap from './bindings/signal_wrap.ts';
import * as symbols from './bindings/symbols.ts';
import { createTaskQueueBinding, type TaskQueue } from './bindings/task_queue.ts';
import { createTimersBinding, type TimerCallbacks } from './bindings/timers.ts';
import * as traceEvents from './bindings/trace_events.ts';
import * as types from './bindings/types.ts';
import * as internalOnlyV8 from './bindings/internal_only_v8.ts';
import * as serdes from './bindings/serdes.ts';
import * as v8 from './bindings/v8.ts';
import * as util from './bindings/util.ts';
import { createUvBinding } from './bindings/uv.ts';
import * as asyncContextFrame from './bindings/async_context_frame.ts';
import * as contextify from './bindings/contextify.ts';
import * as crypto from './bindings/crypto.ts';
import * as encodingBinding from './bindings/encoding_binding.ts';
import * as moduleWrap from './bindings/module_wrap.ts';
import * as jsStream from './bindings/js_stream.ts';
import * as pipeWrap from './bindings/pipe_wrap.ts';
import * as processWrap from './bindings/process_wrap.ts';
import * as spawnSync from './bindings/spawn_sync.ts';
import * as streamWrap from './bindings/stream_wrap.ts';
import * as stringDecoder from './bindings/string_decoder.ts';
import * as tcpWrap from './bindings/tcp_wrap.ts';
import * as tlsWrap from './bindings/tls_wrap.ts';
import * as ttyWrap from './bindings/tty_wrap.ts';
import * as url from './bindings/url.ts';
import * as urlPattern from './bindings/url_pattern.ts';
import * as zlib from './bindings/zlib.ts';
import * as modules from './bindings/modules.ts';
import * as cjsLexer from './bindings/cjs_lexer.ts';
import * as caresWrap from './bindings/cares_wrap.ts';
import * as httpParser from './bindings/http_parser.ts';
import * as http2 from './bindings/http2.ts';
import * as wasi from './bindings/wasi.ts';
import * as wasmWebApi from './bindings/wasm_web_api.ts';
import { createWorkerBinding, type WorkerParts } from './bindings/worker.ts';
import type { CreateBinding } from './environment.ts';
import type { Loop } from './loop.ts';
import type { OptionTable } from './options.ts';
import type { UvErrorMap } from './uv-errors.ts';

/** What some bindings share with the process around them (main.ts). */
export interface BindingParts {
  readonly asyncStack: ReturnType<typeof createAsyncStack>;
  readonly taskQueue: TaskQueue;
  readonly timers: TimerCallbacks;
  readonly errors: ErrorCallbacks;
  readonly loop: Loop;
  readonly clock: PerformanceMarks;
  readonly errorMap: UvErrorMap;
  readonly optionTable: OptionTable;
  readonly optionValues: () => Record<string, unknown>;
  readonly worker: WorkerParts;
  readonly control: ProcessControl;
}

export function createBindings(parts: BindingParts): ReadonlyMap<string, CreateBinding> {
  return new Map<string, CreateBinding>([
    ['async_wrap', createAsyncWrapBinding(parts.asyncStack)],
    ['blob', blob.create],
    ['block_list', blockList.create],
    ['config', config.create],
    ['constants', constants.create],
    ['ipc_serdes', ipcSerdes.create],
    ['buffer', buffer.create],
    ['credentials', credentials.create],
    ['diagnostics_channel', diagnosticsChannel.create],
    ['errors', createErrorsBinding(parts.errors)],
    ['fs', fs.create],
    ['fs_dir', fsDir.create],
    ['fs_event_wrap', fsEventWrap.create],
    ['icu', icu.create],
    ['inspector', inspector.create],
    ['messaging', messaging.create],
    ['mksnapshot', mksnapshot.create],
    ['options', createOptionsBinding(parts.optionTable, parts.optionValues)],
    ['os', createOsBinding(parts.errorMap)],
    ['performance', createPerformanceBinding(parts.clock)],
    ['permission', permission.create],
    ['process_methods', createProcessMethodsBinding(parts.control)],
    ['profiler', profiler.create],
    ['report', report.create],
    ['signal_wrap', signalWrap.create],
    ['symbols', symbols.create],
    ['task_queue', createTaskQueueBinding(parts.taskQueue)],
    ['timers', createTimersBinding(parts.timers, parts.loop)],
    ['trace_events', traceEvents.create],
    ['types', types.create],
    ['util', util.create],
    ['internal_only_v8', internalOnlyV8.create],
    ['serdes', serdes.create],
    ['v8', v8.create],
    ['uv', createUvBinding(parts.errorMap)],
    ['async_context_frame', asyncContextFrame.create],
    ['contextify', contextify.create],
    ['crypto', crypto.create],
    ['encoding_binding', encodingBinding.create],
    ['module_wrap', moduleWrap.create],
    ['js_stream', jsStream.create],
    ['pipe_wrap', pipeWrap.create],
    ['process_wrap', processWrap.create],
    ['spawn_sync', spawnSync.create],
    ['stream_wrap', streamWrap.create],
    ['string_decoder', stringDecoder.create],
    ['tcp_wrap', tcpWrap.create],
    ['tls_wrap', tlsWrap.create],
    ['tty_wrap', ttyWrap.create],
    ['url', url.create],
    ['url_pattern', urlPattern.create],
    ['zlib', zlib.create],
    ['modules', modules.create],
    ['cjs_lexer', cjsLexer.create],
    ['cares_wrap', caresWrap.create],
    ['http_parser', httpParser.create],
    ['http2', http2.create],
    ['wasi', wasi.create],
    ['wasm_web_api', wasmWebApi.create],
    ['worker', createWorkerBinding(parts.worker)],
  ]);
}
