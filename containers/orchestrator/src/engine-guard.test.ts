import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { guardEngine } from './engine-guard.ts';

const words = (length: number) => ({ messages: [{ role: 'user', content: 'x'.repeat(length) }] });

test('a text far beyond the context is refused before the engine reads it, wherever it stands', () => {
  guardEngine(words(1500), 100);
  assert.throws(() => guardEngine(words(1600), 100), /cannot fit the model's context of 100 tokens/);
  assert.throws(() => guardEngine({ prompt: ['a'.repeat(900), 'b'.repeat(900)] }, 100), /1600 characters/);
  guardEngine(words(1e6), undefined);
});

test('pictures do not count as text', () => {
  const image_url = { url: `data:image/png;base64,${'A'.repeat(5000)}` };
  guardEngine({ messages: [{ content: [{ type: 'image_url', image_url }] }] }, 100);
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
