import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AutoTokenizer, env, type Tensor as HfTensor } from '@huggingface/transformers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { median } from './figures.ts';

const model = 'bench/bert';
const text = 'every model runs rootless in one pod and no prompt ever leaves it '.repeat(8);
const rounds = 7;
const perRound = 24;

export interface TaskFigures {
  /** Classifications a second of one text of about 128 tokens, asked one after the other. */
  directPerSecond: number;
  throughPerSecond: number;
  ratio: number;
}

/** One classification after another: by onnxruntime itself, tokenizer included, and through the gateway, in turns. */
export async function benchTasks(key: string, modelsFolder: string): Promise<TaskFigures> {
  const direct = await directly(modelsFolder);
  const through = () => ask(key);
  for (let warm = 0; warm < 8; warm++) await Promise.resolve(direct()).then(through);
  const pairs: { direct: number; through: number }[] = [];
  for (let round = 0; round < rounds; round++)
    pairs.push({ direct: await perSecond(direct), through: await perSecond(through) });
  return {
    directPerSecond: median(pairs.map((pair) => pair.direct)),
    throughPerSecond: median(pairs.map((pair) => pair.through)),
    ratio: median(pairs.map((pair) => pair.through / pair.direct)),
  };
}

async function directly(modelsFolder: string): Promise<() => Promise<unknown>> {
  env.allowRemoteModels = false;
  env.localModelPath = join(modelsFolder, 'onnx/');
  const tokenizer = await AutoTokenizer.from_pretrained(model);
  const session = await InferenceSession.create(join(modelsFolder, 'onnx', model, 'onnx/model.onnx'), {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
  });
  return async () => {
    const encoded = tokenizer([text], { padding: true, truncation: true }) as Record<string, HfTensor>;
    const feeds = Object.fromEntries(
      session.inputNames.map((name) => {
        const { data, dims } = encoded[name] as HfTensor;
        return [name, new Tensor('int64', data as BigInt64Array, dims)];
      }),
    );
    return session.run(feeds);
  };
}

async function ask(key: string): Promise<void> {
  const answer = await fetch('http://127.0.0.1:8080/v1/tasks/text-classification', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, inputs: text }),
  });
  if (!answer.ok) throw new Error(`text-classification: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let count = 0; count < perRound; count++) await work();
  return (1000 * perRound) / (performance.now() - started);
}
