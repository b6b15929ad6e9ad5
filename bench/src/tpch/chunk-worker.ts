/** The entry of a chunk worker's thread: tasks come in as messages, encoded chunks go back. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChunkEncoder } from './chunk-encoder.ts';
import type { ChunkReply, ChunkTask, ChunkWorkerData } from './chunk-task.ts';

const port = parentPort;
if (port === null) throw new Error('chunk-worker.ts runs only as a worker thread');

const encoder = new ChunkEncoder(workerData as ChunkWorkerData);

port.on('message', (task: ChunkTask) => {
  const bytes = encoder.encode(task);
  const reply: ChunkReply = { bytes };
  port.postMessage(reply, [bytes.buffer]);
});
