import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  AutoImageProcessor,
  AutoTokenizer,
  env,
  type Tensor as HfTensor,
  type RawImage,
} from '@huggingface/transformers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { openImages } from '../tasks/image-decode.ts';
import { median } from './figures.ts';

export const taskModels = { text: 'bench/bert', picture: 'bench/vit' } as const;
const text = 'every model runs rootless in one pod and no prompt ever leaves it '.repeat(8);
const picture = await sharp({
  create: {
    width: 320,
    height: 240,
    channels: 3,
    background: '#3060c0',
    noise: { type: 'gaussian', mean: 99, sigma: 30 },
  },
})
  .jpeg()
  .toBuffer();
const rounds = 7;
const perRound = 24;

/** One after the other, where every step between adds up; and some at once, as a service is asked. */
const atOnce = [1, 4];

export interface TaskFigures {
  atOnce: number;
  /** Classifications a second. */
  directPerSecond: number;
  throughPerSecond: number;
  ratio: number;
}

/**
 * Classifications of a text of about 128 tokens and of a picture of 320 × 240: by onnxruntime itself, tokenizer or
 * decoding included, and through the gateway, in turns.
 */
export async function benchTasks(
  key: string,
  folder: string,
): Promise<Record<'text' | 'picture', TaskFigures[]>> {
  env.allowRemoteModels = false;
  env.localModelPath = join(folder, 'onnx/');
  return {
    text: await compare(await directText(folder), () => classifyText(key)),
    picture: await compare(await directPicture(folder), () => classifyPicture(key)),
  };
}

type Work = () => Promise<unknown>;

async function compare(direct: Work, through: Work): Promise<TaskFigures[]> {
  for (let warm = 0; warm < 8; warm++) await direct().then(through);
  const figures: TaskFigures[] = [];
  for (const count of atOnce) figures.push(await compareAt(count, direct, through));
  return figures;
}

async function compareAt(count: number, direct: Work, through: Work): Promise<TaskFigures> {
  const pairs: { direct: number; through: number }[] = [];
  for (let round = 0; round < rounds; round++)
    pairs.push({ direct: await perSecond(direct, count), through: await perSecond(through, count) });
  return {
    atOnce: count,
    directPerSecond: median(pairs.map((pair) => pair.direct)),
    throughPerSecond: median(pairs.map((pair) => pair.through)),
    ratio: median(pairs.map((pair) => pair.through / pair.direct)),
  };
}

async function directText(folder: string): Promise<Work> {
  const tokenizer = await AutoTokenizer.from_pretrained(taskModels.text);
  const run = await opened(folder, taskModels.text);
  return async () => run(tokenizer([text], { padding: true, truncation: true }) as Record<string, HfTensor>);
}

async function directPicture(folder: string): Promise<Work> {
  const processor = await AutoImageProcessor.from_pretrained(taskModels.picture);
  const run = await opened(folder, taskModels.picture);
  return async () => {
    const [image] = await openImages([picture], 1e6);
    return run(await processor([(await image?.decode()) as RawImage]));
  };
}

async function opened(folder: string, model: string) {
  const session = await InferenceSession.create(join(folder, 'onnx', model, 'onnx/model.onnx'), {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
  });
  return (tensors: Record<string, HfTensor>) => {
    const feeds = session.inputNames.map((name) => {
      const { type, data, dims } = tensors[name] as HfTensor;
      return [name, new Tensor(type as 'float32', data as Float32Array, dims)] as const;
    });
    return session.run(Object.fromEntries(feeds));
  };
}

export function classifyText(key: string): Promise<void> {
  const body = JSON.stringify({ model: taskModels.text, inputs: text });
  return ask(key, 'text-classification', body, 'application/json');
}

export function classifyPicture(key: string): Promise<void> {
  return ask(key, `image-classification?model=${taskModels.picture}`, new Uint8Array(picture), 'image/jpeg');
}

async function ask(
  key: string,
  task: string,
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:8080/v1/tasks/${task}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': type },
    body,
  });
  if (!answer.ok) throw new Error(`${task}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function perSecond(work: Work, count: number): Promise<number> {
  const started = performance.now();
  const oneAfterTheOther = async () => {
    for (let done = 0; done < perRound / count; done++) await work();
  };
  await Promise.all(Array.from({ length: count }, oneAfterTheOther));
  return (1000 * perRound) / (performance.now() - started);
}
