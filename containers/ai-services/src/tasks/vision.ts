import { AutoImageProcessor, AutoModel, type RawImage, type Tensor } from '@huggingface/transformers';
import sharp from 'sharp';
import { generationOptions } from './generation.ts';
import type { Job } from './job.ts';
import { type Pipeline, pipelineFor } from './pipelines.ts';
import { type Context, inBatches } from './run-job.ts';
import { safeLabels } from './safe-labels.ts';

/** Answers for images in their order. */
export type VisionRun = (images: readonly RawImage[], job: Job, context: Context) => Promise<unknown[]>;

/** What transformers.js does with one image at a time. */
const one =
  (
    work: (
      run: (image: RawImage) => Promise<unknown>,
      job: Job,
      context: Context,
    ) => (image: RawImage) => Promise<unknown>,
  ) =>
  async (images: readonly RawImage[], job: Job, context: Context): Promise<unknown[]> => {
    const answers: unknown[] = [];
    const pipeline = await pipelineFor(job, context.models);
    const run = work(pipeline as never, job, context);
    for (const image of images) {
      context.signal.throwIfAborted();
      answers.push(await run(image));
    }
    return answers;
  };

export const classify: VisionRun = async (images, job, { models, signal }) => {
  const run = await pipelineFor(job, models);
  const { top_k = 5 } = job.parameters;
  return inBatches(images, signal, async (batch) => {
    const answers = (await run(batch, { top_k })) as unknown[];
    // With top_k 1 the pipeline leaves out the inner list.
    return answers.map((answer) => [answer].flat());
  });
};

export const classifyZeroShot: VisionRun = async (images, job, { models, signal }) => {
  const run = await pipelineFor(job, models);
  const { candidate_labels, ...options } = job.parameters;
  const { escaped, original } = safeLabels(candidate_labels as string[]);
  return inBatches(images, signal, async (batch) => {
    const answers = (await run(batch, escaped, options)) as { label: string; score: number }[][];
    return answers.map((answer) => answer.map(({ label, score }) => ({ label: original(label), score })));
  });
};

/** Boxes in pixels of the image. */
export const detect: VisionRun = one((run, job) => {
  const { threshold = 0.5 } = job.parameters;
  return (image) => (run as (image: RawImage, options: object) => Promise<unknown>)(image, { threshold });
});

/** Each segment with its mask: a PNG of the image's size, white where the segment is, in base64. */
export const segment: VisionRun = one((run, job) => async (image) => {
  const { width, height } = image;
  const shrink = Math.min(1, Math.sqrt(maskPixels / (width * height)));
  const target = [Math.max(1, Math.round(height * shrink)), Math.max(1, Math.round(width * shrink))];
  const options = { ...job.parameters, target_sizes: [target] };
  const segments = (await (run as (image: RawImage, options: object) => Promise<unknown>)(
    image,
    options,
  )) as {
    label: string | null;
    score: number | null;
    mask: RawImage;
  }[];
  return Promise.all(
    segments.map(async ({ label, score, mask }) => ({
      label: label ?? 'foreground',
      ...(score === null ? {} : { score }),
      mask: await toPng(mask, { width, height }),
    })),
  );
});

/** Scores of every class are spread over so many pixels at most: a large picture's masks are drawn smaller and enlarged. */
const maskPixels = 2 ** 20;

/** A PNG of the image's size in base64, the nearer the brighter. */
export const estimateDepth: VisionRun = one((run) => async (image) => {
  const { depth } = (await run(image)) as { depth: RawImage };
  return { depth: await toPng(depth) };
});

export const caption: VisionRun = one((run, job, { signal }) => {
  const options = generationOptions(job.parameters, run as unknown as Pipeline, signal);
  return async (image) => {
    const [answer] = (await (run as (image: RawImage, options: object) => Promise<unknown[]>)(
      image,
      options,
    )) as unknown[];
    return answer;
  };
});

/** An embedding: the model's pooled output where it has one, else the first token, or all with `pool: false`. */
export const features: VisionRun = async (images, job, { models, signal }) => {
  const { processor, model } = await models.get(job.model, job.task, async (id, options) => {
    const parts = {
      processor: await AutoImageProcessor.from_pretrained(id, options),
      model: await AutoModel.from_pretrained(id, options),
    };
    return { ...parts, dispose: () => parts.model.dispose() };
  });
  return inBatches<RawImage, unknown>(images, signal, async (batch) => {
    const outputs = (await model(await processor(batch))) as Record<string, Tensor>;
    const states = outputs.last_hidden_state?.tolist() as number[][][] | undefined;
    const whole = (outputs.pooler_output ?? outputs.image_embeds)?.tolist() as number[][] | undefined;
    if (states && job.parameters.pool === false) return states;
    const rows = whole ?? states?.map((tokens) => tokens[0]);
    if (rows === undefined) throw new Error(`it gives ${Object.keys(outputs).join(', ')}, and no features`);
    return rows;
  });
};

async function toPng(image: RawImage, size?: { width: number; height: number }): Promise<string> {
  const { data, width, height, channels } = image;
  const drawn = sharp(Buffer.from(data), { raw: { width, height, channels: channels as 1 } }).toColourspace(
    'b-w',
  );
  const sized = size ? drawn.resize({ ...size, fit: 'fill', kernel: 'nearest' }) : drawn;
  return (await sized.png().toBuffer()).toString('base64');
}
