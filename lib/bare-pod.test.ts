import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAllDocuments } from 'yaml';
import { withDefaultSeccomp, withoutHardening } from './bare-pod.ts';
import { renderManifests } from './manifests.ts';

const text = renderManifests().get('pods/ai-semble-test.yaml') ?? '';
const podOf = (changed: string) => parseAllDocuments(changed).at(-1)?.toJS();
const count = (changed: string, word: string) => changed.split(word).length - 1;

test("podman's own profile is the only thing that changes", () => {
  const changed = withDefaultSeccomp(text);
  assert.is(count(text, 'localhost/llm.json'), 1);
  assert.is(count(changed, 'seccomp'), 0);
  assert.is(parseAllDocuments(changed).length, parseAllDocuments(text).length);
  assert.equal(podOf(changed).spec, podOf(text).spec);
});

test('without hardening each container keeps its user, and nothing else that confines it', () => {
  const changed = podOf(withoutHardening(text));
  for (const { name, securityContext } of changed.spec.containers) {
    assert.equal(Object.keys(securityContext), ['runAsUser', 'runAsGroup']);
    assert.is(
      changed.metadata.annotations[`container.seccomp.security.alpha.kubernetes.io/${name}`],
      'unconfined',
    );
  }
});

test.run();
