import type { FileHandle } from 'node:fs/promises';

/** Bytes. */
const CHUNK = 64 * 1024;

/**
 * A file from its beginning. It is opened at the first read, so that an answer that nobody reads holds no file open, and closed at the end, at an
 * error, and when the reader goes away.
 * @param available bytes that can be read from a position on, 0 at the end; without it the file is read to where it ends
 */
export function fileStream(
  open: () => Promise<FileHandle>,
  available: (position: number) => Promise<number> = () => Promise.resolve(CHUNK),
): ReadableStream<Uint8Array> {
  let file: FileHandle | undefined;
  let position = 0;
  const close = async (): Promise<void> => {
    const opened = file;
    file = undefined;
    await opened?.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          file ??= await open();
          const wanted = Math.min(CHUNK, await available(position));
          const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, position);
          position += bytesRead;
          if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
        } catch (error) {
          await close();
          throw error;
        }
        await close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
