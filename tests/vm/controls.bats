#!/usr/bin/env bats
# That every proof of `make verify` can fail on this machine too: it takes each layer from a twin, and takes long.

load machine

setup_file() {
  needs 3000
  deployed
}

@test "without any one layer its claims are lost" {
  layers=$(grep -c '^  layer(' "$BATS_TEST_DIRNAME/../../lib/verify/layers.ts")
  said=$(LIMIT=3600 machine 'cd ai-semble && node --import tsx scripts/verify.ts --controls') || { echo "$said"; return 1; }
  echo "$said"
  is "$layers" "$(grep -c '^✓ without' <<<"$said")"
}
