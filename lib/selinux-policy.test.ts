import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { platform, selinuxFileType, selinuxType, type VolumeId, volumeFileType } from './platform.ts';
import { volumesOf } from './quadlet-manifests.ts';
import { isLoaded, policyState, selinuxPolicy } from './selinux-policy.ts';

const contexts =
  (...known: string[]) =>
  (context: string) =>
    known.some((type) => context.includes(`:${type}:`));

test('one module holds what the machine needs, and no more', () => {
  const debian = selinuxPolicy('apt', false).text;
  const fedora = selinuxPolicy('dnf', false).text;
  assert.match(debian, 'conmon_exec_t');
  assert.not.match(fedora, 'conmon_exec_t');
  assert.match(fedora, 'luci_port_t');
  const grant = /allow ai_semble_\w+ dri_device_t/;
  for (const text of [debian, fedora]) assert.not.match(text, grant);
  assert.match(selinuxPolicy('apt', true).text, grant);
});

test('another policy has another version, and the same has the same', () => {
  const versions = [
    selinuxPolicy('apt', false),
    selinuxPolicy('apt', true),
    selinuxPolicy('dnf', false),
    selinuxPolicy('dnf', true),
  ].map(({ versionType }) => versionType);
  assert.is(new Set(versions).size, 4);
  assert.is(selinuxPolicy('apt', false).versionType, versions[0]);
});

test('the kernel says which version is loaded', () => {
  const policy = selinuxPolicy('apt', false);
  assert.is(policyState(policy, contexts()), 'missing');
  assert.is(policyState(policy, contexts('ai_semble_models_t', 'ai_semble_0000000000000000_t')), 'old');
  assert.is(policyState(policy, contexts('ai_semble_models_t', policy.versionType)), 'current');
  assert.is(isLoaded(contexts('container_t')), false);
});

test('the types that the platform names are declared, each once', () => {
  const { text } = selinuxPolicy('apt', false);
  const volumes = volumesOf(platform).map((volume) => volumeFileType(volume as VolumeId));
  assert.equal(volumes, [
    'ai_semble_data_processor_file_t',
    'ai_semble_models_file_t',
    'ai_semble_postgres_file_t',
  ]);
  for (const service of platform.services) {
    for (const type of [selinuxType(service), selinuxFileType(service)])
      assert.is(text.split(`(type ${type})`).length, 2, type);
  }
});

test('a service that reads a volume of models may not write there', () => {
  const { text } = selinuxPolicy('apt', false);
  const rules = [...text.matchAll(/^\(allow (\S+) ai_semble_models_file_t (.*)\)$/gm)];
  assert.equal(
    rules.map(([, source]) => source),
    ['ai_semble_model_reader', 'ai_semble_model_reader', 'ai_semble_model_reader'],
  );
  for (const [, , access] of rules)
    assert.not.match(access ?? '', /write|append|create|unlink|execute|add_name|setattr/);
});

test.run();
