import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reshapedError } from './engine-error.ts';

const of = (status: number, error: unknown) => reshapedError(status, JSON.stringify({ error }));

test("the engine's errors get a code in words, a type of OpenAI's, and a param", () => {
  const message = 'This server does not support reranking.';
  assert.equal(of(501, { code: 501, message, type: 'not_supported_error' }), {
    status: 501,
    body: { error: { message, type: 'server_error', code: 'not_supported', param: null } },
  });
  const long = { code: 400, message: 'too long', type: 'exceed_context_size_error', n_ctx: 5 };
  assert.is(of(400, long)?.body.error.code, 'context_length_exceeded');
  assert.is(
    of(400, { code: 400, message: 'x', type: 'invalid_request_error' })?.body.error.code,
    'invalid_request',
  );
  assert.is(of(500, { code: 500, message: 'x', type: 'server_error' })?.body.error.code, 'engine_error');
});

test('a token that is not in the vocabulary is the mistake of who sent it', () => {
  const message = 'vector::_M_range_check: __n (which is 999999) >= this->size() (which is 287)';
  const { status, body } = of(500, { code: 500, message, type: 'server_error' }) ?? {};
  assert.equal([status, body?.error.code, body?.error.param], [400, 'invalid_request', 'tokens']);
});

test('errors in our shape, and what is no error, stay as they are', () => {
  assert.is(
    of(404, { message: 'x', type: 'invalid_request_error', code: 'file_not_found', param: null }),
    undefined,
  );
  for (const text of ['', 'null', '[]', '{"error":"x"}', '{"error":{"message":5}}', '<html>'])
    assert.is(reshapedError(500, text), undefined, text);
});

test.run();
