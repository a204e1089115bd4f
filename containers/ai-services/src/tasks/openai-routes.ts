import type { FastifyInstance } from '../../../base/kit/app.ts';
import { ApiError } from '../../../base/kit/errors.ts';
import { hangUpOf } from '../../../base/kit/hang-up.ts';
import type { Compute } from './app.ts';
import { invalidRequest, type Violation } from './invalid-request.ts';
import { limits } from './task-schemas.ts';

const text = { type: 'string', minLength: 1, maxLength: limits.characters } as const;

const embeddingsBody = {
  type: 'object',
  required: ['model', 'input'],
  properties: {
    model: { type: 'string' },
    input: { anyOf: [text, { type: 'array', items: text, minItems: 1, maxItems: 2048 }] },
    encoding_format: { enum: ['float', 'base64'] },
    dimensions: { type: 'integer', minimum: 1 },
    user: { type: 'string' },
  },
  additionalProperties: false,
} as const;

interface EmbeddingsBody {
  model: string;
  input: string | string[];
  encoding_format?: 'float' | 'base64';
  dimensions?: number;
}

const rerankBody = {
  type: 'object',
  required: ['model', 'query', 'documents'],
  properties: {
    model: { type: 'string' },
    query: text,
    documents: { type: 'array', items: text, minItems: 1, maxItems: limits.items },
    top_n: { type: 'integer', minimum: 1 },
    return_documents: { type: 'boolean' },
  },
  additionalProperties: false,
} as const;

interface RerankBody {
  model: string;
  query: string;
  documents: string[];
  top_n?: number;
  return_documents?: boolean;
}

/** OpenAI's /v1/embeddings and the /v1/rerank that Jina, Cohere and llama.cpp agree on. */
export function addOpenAiRoutes(app: FastifyInstance, compute: Compute): void {
  const schemaErrorFormatter = (errors: readonly object[]) => invalidRequest(errors as readonly Violation[]);
  app.post<{ Body: EmbeddingsBody }>(
    '/v1/embeddings',
    { schema: { body: embeddingsBody }, schemaErrorFormatter },
    async (request, reply) => {
      const { model, input, encoding_format = 'float', dimensions } = request.body;
      const inputs = [input].flat();
      const parameters = { normalize: true, tokens: true };
      const rows = read(await compute(hangUpOf(reply), 'feature-extraction', model, inputs, parameters)) as {
        vector: number[];
        tokens: number;
      }[];
      const tokens = rows.reduce((sum, row) => sum + row.tokens, 0);
      return {
        object: 'list',
        model,
        data: rows.map(({ vector }, index) => ({
          object: 'embedding',
          index,
          embedding: encode(
            dimensions === undefined ? vector : shortened(vector, dimensions),
            encoding_format,
          ),
        })),
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      };
    },
  );

  app.post<{ Body: RerankBody }>(
    '/v1/rerank',
    { schema: { body: rerankBody }, schemaErrorFormatter },
    async (request, reply) => {
      const { model, query, documents, top_n, return_documents = false } = request.body;
      const inputs = { query, texts: documents };
      const parameters = top_n === undefined ? {} : { top_n };
      const ranked = read(await compute(hangUpOf(reply), 'text-ranking', model, inputs, parameters)) as {
        index: number;
        score: number;
      }[];
      return {
        object: 'list',
        model,
        results: ranked.map(({ index, score }) => ({
          index,
          relevance_score: score,
          ...(return_documents ? { document: { text: documents[index] } } : {}),
        })),
      };
    },
  );
}

function read(answer: Buffer): unknown {
  return JSON.parse(answer.toString());
}

/** The first dimensions at length one again, as models trained for it (Matryoshka) allow. */
function shortened(vector: readonly number[], dimensions: number): number[] {
  if (dimensions > vector.length) {
    const message = `this model's embeddings have ${vector.length} dimensions`;
    throw new ApiError(400, 'invalid_request', message, { param: 'dimensions' });
  }
  const kept = vector.slice(0, dimensions);
  const length = Math.hypot(...kept) || 1;
  return kept.map((value) => value / length);
}

function encode(vector: readonly number[], format: 'float' | 'base64'): readonly number[] | string {
  return format === 'float' ? vector : Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}
