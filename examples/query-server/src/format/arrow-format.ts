import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter } from 'apache-arrow';
import { arrowSchema } from 'millrace';
import type { ResultEncoder } from './result-format.ts';

/** Collects what a writer writes until it is taken. */
class ChunkSink extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(value: Uint8Array): void {
    if (value.byteLength > 0) this.#chunks.push(value);
  }

  take(): Uint8Array {
    const chunks = this.#chunks;
    this.#chunks = [];
    return Buffer.concat(chunks);
  }
}

/** The Arrow IPC streaming format (Arrow columnar format, "IPC Streaming Format"). Without its end-of-stream mark it is cut off. */
export const encodeArrow: ResultEncoder = async function* ({ columns, batches }) {
  const sink = new ChunkSink();
  const writer = new RecordBatchStreamWriter({ autoDestroy: false });
  writer.reset(sink, arrowSchema(columns));
  yield sink.take();
  for await (const batch of batches) {
    writer.write(batch.toArrow() as RecordBatch);
    yield sink.take();
  }
  writer.finish();
  yield sink.take();
};
