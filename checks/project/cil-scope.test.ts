import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { atomAt, scopesOf } from './cil-scope.ts';
import { policyOf } from './policy.ts';

const test = suite('scopes of CIL');

function scopes(text: string) {
  return scopesOf(policyOf({ path: 'x.cil', text })).map(({ word, path, optional, parameters }) =>
    [word, path.join('.'), optional ? atomAt(optional, 1)?.text : '', [...parameters].join(' ')].join('|'),
  );
}

test('knows the blocks around a statement', () => {
  assert.equal(scopes('(block a (block b (type t)))(in a.b (type u))'), [
    'block|||',
    'block|a||',
    'type|a.b||',
    'in|||',
    'type|a.b||',
  ]);
});

test('knows optional blocks and what macros take', () => {
  assert.equal(scopes('(optional o (type t))(macro m ((type a) (type b)) (allow a b (file (read))))'), [
    'optional|||',
    'type||o|',
    'macro|||',
    'allow|||a b',
  ]);
});

test('takes no condition for a statement', () => {
  assert.equal(scopes('(booleanif (and a b) (true (type t)) (false (type u)))'), [
    'booleanif|||',
    'true|||',
    'type|||',
    'false|||',
    'type|||',
  ]);
});

test('goes no deeper into blocks than policies do', () => {
  const deep = `${'(block a '.repeat(50)}(type t)${')'.repeat(50)}`;
  assert.is(scopes(deep).at(-1), `type|${Array(16).fill('a').join('.')}||`);
});

test.run();
