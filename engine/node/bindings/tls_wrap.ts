/** `internalBinding('tls_wrap')` (src/crypto/crypto_tls.cc): streams that encrypt. What they do is in a script of its own (engine/node/tls/tls.ts), which `wrap` has loaded. */
import { activeResources } from '../active-resources.ts';
import { type AsyncWrap, completeRequest } from '../async-wrap.ts';
import { realOf } from '../crypto/lazy-class.ts';
import type { CreateBinding } from '../environment.ts';
import { loadTls } from '../crypto/tls-binding.ts';
import { EBADF, noteWrite, StreamWrap, streamState } from '../net/stream.ts';
import type { SecureContext } from '../tls/secure-context.ts';
import type { Tls } from '../tls/tls.ts';
import type { TlsWrap } from '../tls/tls-wrap.ts';

const READ_BYTES_OR_ERROR = 0;
const LAST_WRITE_WAS_ASYNC = 3;

export const create: CreateBinding = (environment) => {
  class TLSWrap extends StreamWrap {
    #below: StreamWrap | undefined;
    #tls: Tls | undefined;
    #wrap: TlsWrap | undefined;
    #userBuffer: Uint8Array | undefined;

    constructor() {
      super(environment, 'TLSWRAP');
      // The stream below keeps the loop alive, not this one.
      activeResources(environment).removeHandle(this);
    }

    static make(below: StreamWrap, context: SecureContext, isServer: boolean, isBusy: boolean): TLSWrap {
      const object = new TLSWrap();
      object.#below = below;
      object.#tls = loadTls(environment);
      const { WriteWrap } = environment.binding('stream_wrap') as { WriteWrap: new () => AsyncWrap };
      object.#wrap = object.#tls.createWrap({
        environment,
        object,
        stream: below,
        context,
        isServer,
        isBusy,
        contextOf: (value) => realOf(value) as SecureContext | undefined,
        newRequest: () => new WriteWrap(),
        complete: (request, status) => completeRequest(request, 'oncomplete', status, object, undefined),
        noteWrite: (bytes, isAsync) => noteWrite(environment, bytes, isAsync),
        wasAsync: () => streamState(environment)[LAST_WRITE_WAS_ASYNC] !== 0,
      });
      return object;
    }
    static invoke(object: TLSWrap, method: string, args: readonly unknown[]): unknown {
      if (object.#tls === undefined || object.#wrap === undefined) throw new TypeError('Illegal invocation');
      return object.#tls.invoke(object.#wrap, method, args);
    }

    override get fd(): number {
      return this.#below?.fd ?? -1;
    }
    override get writeQueueSize(): number {
      return this.#wrap?.connection.outputSize ?? 0;
    }
    override readStart(): number {
      return this.#below?.readStart() ?? EBADF;
    }
    override readStop(): number {
      return this.#below?.readStop() ?? EBADF;
    }
    override shutdown(request: AsyncWrap): number {
      return this.#wrap?.shutdown(request) ?? EBADF;
    }
    protected override write(request: AsyncWrap, bytes: Uint8Array): number {
      this.bytesWritten += bytes.length;
      return this.#wrap?.write(request, bytes) ?? EBADF;
    }
    override useUserBuffer(buffer: Uint8Array): number {
      this.#userBuffer = buffer;
      return 0;
    }
    override deliver(status: number, bytes: Uint8Array | undefined): void {
      if (bytes !== undefined) this.bytesRead += bytes.length;
      super.deliver(status, bytes);
    }
    /** Into the guest's buffer piece by piece, where there is one. */
    override emitRead(status: number, bytes: Uint8Array | undefined): void {
      if (this.#userBuffer === undefined || bytes === undefined) return super.emitRead(status, bytes);
      for (let at = 0; at < bytes.length;) {
        const target = this.#userBuffer;
        const part = bytes.subarray(at, at + target.length);
        target.set(part);
        at += part.length;
        streamState(environment)[READ_BYTES_OR_ERROR] = part.length;
        const next = this.makeCallback('onread', undefined);
        if (ArrayBuffer.isView(next)) this.#userBuffer = next as Uint8Array;
      }
    }
  }
  const { make, invoke } = TLSWrap;
  // The guest sees the class: leave nothing of ours on it.
  Reflect.deleteProperty(TLSWrap, 'make');
  Reflect.deleteProperty(TLSWrap, 'invoke');
  for (const method of METHODS) {
    Object.defineProperty(TLSWrap.prototype, method, {
      configurable: true,
      writable: true,
      value(this: TLSWrap, ...args: readonly unknown[]): unknown {
        return invoke(this, method, args);
      },
    });
  }

  return {
    TLSWrap,
    HAVE_SSL_TRACE: false,
    wrap(below: StreamWrap, context: object, isServer: boolean, isBusy: boolean) {
      const real = realOf(context);
      if (real === undefined) throw new TypeError('The context is no SecureContext.');
      return make(below, real as SecureContext, isServer, isBusy);
    },
  };
};

const METHODS = [
  'certCbDone',
  'destroySSL',
  'enableCertCb',
  'enableALPNCb',
  'endParser',
  'enableKeylogCallback',
  'enableSessionCallbacks',
  'enableTrace',
  'getServername',
  'loadSession',
  'newSessionDone',
  'receive',
  'renegotiate',
  'requestOCSP',
  'setALPNProtocols',
  'setKeyCert',
  'setOCSPResponse',
  'setServername',
  'setSession',
  'setVerifyMode',
  'start',
  'writesIssuedByPrevListenerDone',
  'exportKeyingMaterial',
  'isSessionReused',
  'getALPNNegotiatedProtocol',
  'getCertificate',
  'getX509Certificate',
  'getCipher',
  'getEphemeralKeyInfo',
  'getFinished',
  'getPeerCertificate',
  'getPeerX509Certificate',
  'getPeerFinished',
  'getProtocol',
  'getSession',
  'getSharedSigalgs',
  'getTLSTicket',
  'verifyError',
  'setMaxSendFragment',
  'enablePskCallback',
  'setPskIdentityHint',
];
