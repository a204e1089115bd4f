#!/usr/bin/env bats
# What is left once it is removed: the last file to run.

load machine

setup_file() {
  needs 150
  export DEPLOYED=$BATS_FILE_TMPDIR/make-up
  deployed
}

@test "make remove DATA=1 leaves the machine as it was: no container, volume, secret, unit or file" {
  before=$(machine cat .cache/before)
  [ "$before" != "$(traces)" ]
  LIMIT=900 machine 'cd ai-semble && make remove DATA=1'
  is "$before" "$(traces)"
  is '' "$(machine "podman images --all --quiet --filter 'reference=localhost/ai-semble/*'")"
}
