import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../base/kit/errors.ts';
import { databaseError } from './database-error.ts';
import { storageError } from './file-store.ts';

test('a database that is away is a 503, however deep the reason lies', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  for (const error of [
    refused,
    Object.assign(new Error('shutting down'), { code: '57P01' }),
    new Error('Connection terminated unexpectedly'),
    new Error('query failed', { cause: refused }),
  ]) {
    const translated = databaseError(error) as ApiError;
    assert.instance(translated, ApiError);
    assert.equal([translated.status, translated.retryAfter], [503, 2]);
  }
});

test('other errors stay what they are', () => {
  for (const error of [
    new Error('x'),
    new ApiError(404, 'n', 'm'),
    Object.assign(new Error('dup'), { code: '23505' }),
  ]) {
    assert.is(databaseError(error), error);
  }
});

test('a full disk is a 507 that says what to do', () => {
  const translated = storageError(Object.assign(new Error('write'), { code: 'ENOSPC' })) as ApiError;
  assert.is(translated.status, 507);
  const other = new Error('other');
  assert.is(storageError(other), other);
});

test.run();
