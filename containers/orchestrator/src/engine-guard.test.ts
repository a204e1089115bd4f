import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { guardEngine } from './engine-guard.ts';

const words = (length: number) => ({ messages: [{ role: 'user', content: 'x'.repeat(length) }] });

test('a text far beyond the context is refused before the engine reads it, wherever it stands', () => {
  guardEngine(words(1500), 100);
  assert.throws(() => guardEngine(words(1600), 100), /cannot fit the model's context of 100 tokens/);
  assert.throws(() => guardEngine({ prompt: ['a'.repeat(900), 7, 'b'.repeat(900)] }, 100), /1600 characters/);
  assert.throws(() => guardEngine({ messages: [words(900), words(900)] }, 100), /1600 characters/);
  assert.throws(
    () => guardEngine({ input: [{ type: 'message', text: 'x'.repeat(900) }, words(900)] }, 100),
    /1600 characters/,
  );
  guardEngine(words(1e6), undefined);
});

test('of a batch each item counts by itself, with what all of them share', () => {
  const many = Array.from({ length: 1000 }, () => 'x'.repeat(150));
  for (const key of ['input', 'prompt', 'content']) guardEngine({ [key]: many }, 100);
  guardEngine({ query: 'q'.repeat(150), documents: many.map((text) => ({ text })) }, 100);
  const param = (body: Record<string, unknown>) => {
    try {
      guardEngine(body, 100);
    } catch (error) {
      return (error as { param: string }).param;
    }
  };
  assert.is(param({ input: [...many, 'x'.repeat(1601)] }), 'input');
  assert.is(param({ query: 'q'.repeat(900), documents: [...many, 'x'.repeat(900)] }), 'documents');
  assert.is(param({ suffix: 'q'.repeat(1601) }), 'suffix');
});

test('pictures do not count as text', () => {
  const image_url = { url: `data:image/png;base64,${'A'.repeat(5000)}` };
  guardEngine({ messages: [{ content: [{ type: 'image_url', image_url }] }] }, 100);
  const multimodal_data = ['A'.repeat(200_000)];
  guardEngine({ prompt: { prompt_string: '<__media__>', multimodal_data } }, 100);
  guardEngine({ prompt: [{ prompt_string: '<__media__>', multimodal_data }] }, 100);
});

test('grammars that would end the engine are refused, in any of the places that take one', () => {
  const deep = '('.repeat(65);
  for (const body of [
    { grammar: deep },
    { grammar_triggers: [{ type: 2, value: deep }] },
    { response_format: { json_schema: { schema: { properties: { a: { pattern: deep } } } } } },
    { grammar: 'x'.repeat(32_769) },
  ]) {
    assert.throws(() => guardEngine(body, 1e6), /nested deeper than 64 levels/);
  }
  guardEngine({ grammar: 'root ::= ("a" | "b")+' }, 100);
});

test.run();
