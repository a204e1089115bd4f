import { AutoImageProcessor, AutoModel, type RawImage, type Tensor } from '@huggingface/transformers';
import sharp from 'sharp';
import { generationOptions } from './generation.ts';
import type { Picture } from './image-decode.ts';
import type { Job } from './job.ts';
import { pipelineFor } from './pipelines.ts';
import { type Batching, type Context, inBatches } from './run-job.ts';
import { safeLabels } from './safe-labels.ts';

/** Answers for images in their order. */
export type VisionRun = (images: readonly Picture[], job: Job, context: Context) => Promise<unknown[]>;

/** Pictures are decoded by the batch: those that wait take no more memory than their files. */
function inImageBatches<O>(
  images: readonly Picture[],
  signal: AbortSignal,
  work: (batch: RawImage[]) => Promise<O[]>,
  batching: Batching<Picture> = {},
): Promise<O[]> {
  const decoded = async (batch: readonly Picture[]) => {
    const pictures: RawImage[] = [];
    for (const picture of batch) pictures.push(await picture.decode());
    return work(pictures);
  };
  return inBatches(images, signal, decoded, batching);
}

/**
 * Models that see a picture in its own shape: pictures of one size go together, as no padding, which would change their
 * answers, is put to them. Few, as such models take much memory for each.
 */
const sameSize: Batching<Picture> = { size: 4, kindOf: ({ width, height }) => `${width}x${height}` };

export const classify: VisionRun = async (images, job, { models, signal }) => {
  const run = await pipelineFor(job, models);
  const { top_k = 5 } = job.parameters;
  return inImageBatches(images, signal, async (batch) => {
    const answers = (await run(batch, { top_k })) as unknown[];
    // With top_k 1 the pipeline leaves out the inner list.
    return answers.map((answer) => [answer].flat());
  });
};

export const classifyZeroShot: VisionRun = async (images, job, { models, signal }) => {
  const run = await pipelineFor(job, models);
  const { candidate_labels, ...options } = job.parameters;
  const { escaped, original } = safeLabels(candidate_labels as string[]);
  return inImageBatches(images, signal, async (batch) => {
    const answers = (await run(batch, escaped, options)) as { label: string; score: number }[][];
    return answers.map((answer) => answer.map(({ label, score }) => ({ label: original(label), score })));
  });
};

/** Boxes in pixels of the image. */
export const detect: VisionRun = async (images, job, { models, signal }) => {
  const { processor, model } = (await pipelineFor(job, models)) as unknown as DetectionPipeline;
  const { threshold = 0.5 } = job.parameters;
  const { id2label } = model.config;
  const work = async (batch: RawImage[]) => {
    const { pixel_values, pixel_mask } = await processor(batch);
    const sizes = batch.map(({ width, height }) => [height, width]);
    const output = await model({ pixel_values, pixel_mask });
    const found = processor.image_processor.post_process_object_detection(output, threshold as number, sizes);
    return found.map(({ boxes, classes, scores }) =>
      boxes.map((box, at) => {
        const [xmin, ymin, xmax, ymax] = box.map(Math.trunc);
        return { score: scores[at], label: id2label[classes[at] as number], box: { xmin, ymin, xmax, ymax } };
      }),
    );
  };
  return inImageBatches(images, signal, work, sameSize);
};

/** What transformers.js' pipeline holds, which itself takes one picture at a time. */
interface DetectionPipeline {
  processor: ((images: RawImage[]) => Promise<{ pixel_values: Tensor; pixel_mask?: Tensor }>) & {
    image_processor: {
      post_process_object_detection(
        output: unknown,
        threshold: number,
        sizes: number[][],
      ): { boxes: number[][]; classes: number[]; scores: number[] }[];
    };
  };
  model: ((inputs: object) => Promise<unknown>) & { config: { id2label: Record<number, string> } };
}

/**
 * Each segment with its mask: a PNG of the image's size, white where the segment is, in base64. One picture after
 * another: transformers.js gives the masks of the first alone, and they take much memory.
 */
export const segment: VisionRun = async (images, job, { models, signal }) => {
  const run = (await pipelineFor(job, models)) as unknown as (
    image: RawImage,
    options: object,
  ) => Promise<{ label: string | null; score: number | null; mask: RawImage }[]>;
  const work = async ([image]: RawImage[]) => {
    const { width, height } = image as RawImage;
    const shrink = Math.min(1, Math.sqrt(maskPixels / (width * height)));
    const target = [Math.max(1, Math.round(height * shrink)), Math.max(1, Math.round(width * shrink))];
    const segments = await run(image as RawImage, { ...job.parameters, target_sizes: [target] });
    const answers = segments.map(async ({ label, score, mask }) => ({
      label: label ?? 'foreground',
      ...(score === null ? {} : { score }),
      mask: await toPng(mask, { width, height }),
    }));
    return [await Promise.all(answers)];
  };
  return inImageBatches(images, signal, work, { size: 1 });
};

/** Scores of every class are spread over so many pixels at most: a large picture's masks are drawn smaller and enlarged. */
const maskPixels = 2 ** 20;

/** A PNG of the image's size in base64, the nearer the brighter. */
export const estimateDepth: VisionRun = async (images, job, { models, signal }) => {
  const run = await pipelineFor(job, models);
  const work = async (batch: RawImage[]) => {
    const estimates = (await run(batch)) as { depth: RawImage }[];
    return Promise.all(estimates.map(async ({ depth }) => ({ depth: await toPng(depth) })));
  };
  return inImageBatches(images, signal, work, sameSize);
};

/** One picture after another writes its text: transformers.js has the pictures alone in batches, not the writing. */
export const caption: VisionRun = async (images, job, { models, signal }) => {
  const run = await pipelineFor(job, models);
  const options = generationOptions(job.parameters, run, signal);
  return inImageBatches(images, signal, async (batch) => ((await run(batch, options)) as unknown[][]).flat());
};

/** An embedding: the model's pooled output where it has one, else the first token, or all with `pool: false`. */
export const features: VisionRun = async (images, job, { models, signal }) => {
  const { processor, model } = await models.get(job.model, job.task, async (id, options) => {
    const parts = {
      processor: await AutoImageProcessor.from_pretrained(id, options),
      model: await AutoModel.from_pretrained(id, options),
    };
    return { ...parts, dispose: () => parts.model.dispose() };
  });
  return inImageBatches<unknown>(images, signal, async (batch) => {
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
