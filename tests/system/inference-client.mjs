// Hugging Face's official client against every task: prints one line a task with what it understood.
import { InferenceClient } from '@huggingface/inference';

const [url, key, ...imagePaths] = process.argv.slice(2);
const { readFile } = await import('node:fs/promises');
const [png] = await Promise.all(imagePaths.map((path) => readFile(path)));
const image = new Blob([png], { type: 'image/png' });
const client = new InferenceClient(key);
const at = (task) => ({ endpointUrl: `${url}/v1/tasks/${task}` });
const labels = { candidate_labels: ['sports', 'food'] };

const calls = {
  textClassification: async () => {
    const [{ label }] = await client.textClassification({
      ...at('text-classification'),
      inputs: 'I love it',
    });
    return label;
  },
  zeroShotClassification: async () => {
    const inputs = 'the team won the match';
    const [best] = await client.zeroShotClassification({
      ...at('zero-shot-classification'),
      inputs,
      parameters: labels,
    });
    return best.label;
  },
  tokenClassification: async () => {
    const inputs = 'Ada Lovelace lived in London';
    const found = await client.tokenClassification({ ...at('token-classification'), inputs });
    return found
      .map(({ entity_group, word, start, end }) => `${entity_group} ${word} ${start}-${end}`)
      .join(', ');
  },
  questionAnswering: async () => {
    const inputs = { question: 'Where did Ada live?', context: 'Ada lived in London.' };
    const { answer, start, end } = await client.questionAnswering({ ...at('question-answering'), inputs });
    return `${answer} ${start}-${end}`;
  },
  summarization: async () => {
    const inputs = 'The first sentence. The second one.';
    return (await client.summarization({ ...at('summarization'), inputs })).summary_text;
  },
  translation: async () => {
    return (await client.translation({ ...at('translation'), inputs: 'the house is good' })).translation_text;
  },
  fillMask: async () => {
    const [{ token_str }] = await client.fillMask({ ...at('fill-mask'), inputs: 'every model runs [MASK]' });
    return token_str;
  },
  featureExtraction: async () => {
    return (await client.featureExtraction({ ...at('feature-extraction'), inputs: 'hello' })).length;
  },
  sentenceSimilarity: async () => {
    const inputs = { source_sentence: 'hello world', sentences: ['hello world', 'unlike'] };
    const [same, other] = await client.sentenceSimilarity({ ...at('sentence-similarity'), inputs });
    return `${same.toFixed(6)} ${other < 0.5}`;
  },
  imageClassification: async () => {
    const [{ label }] = await client.imageClassification({ ...at('image-classification'), data: image });
    return label;
  },
  zeroShotImageClassification: async () => {
    const parameters = { candidate_labels: ['red', 'blue'] };
    const [{ label }] = await client.zeroShotImageClassification({
      ...at('zero-shot-image-classification'),
      inputs: image,
      parameters,
    });
    return label;
  },
  objectDetection: async () => {
    const [{ label, box }] = await client.objectDetection({ ...at('object-detection'), data: image });
    return `${label} ${Object.values(box).join(' ')}`;
  },
  imageSegmentation: async () => {
    const segments = await client.imageSegmentation({ ...at('image-segmentation'), inputs: image });
    return segments
      .map(({ label }) => label)
      .sort()
      .join(' ');
  },
  imageToText: async () => {
    return (await client.imageToText({ ...at('image-to-text'), data: image })).generated_text;
  },
};

for (const [name, call] of Object.entries(calls)) {
  console.log(`${name}: ${await call().catch((error) => `${error.name} ${error.message}`)}`);
}
