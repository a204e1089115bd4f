#!/usr/bin/env bats
# That the proofs of `make verify` which other machines can make, too, can fail here as they can there.

load machine

setup_file() {
  needs 900
  deployed
}

@test "without any one of the other layers its claims are lost" {
  others=$(cd "$BATS_TEST_DIRNAME/../.." && node --import tsx -e "import('./lib/verify/layers.ts').then(({ layers }) =>
    console.log(layers.map(({ id }) => id).filter((id) => !'$MACHINE_LAYERS'.split(' ').includes(id)).join(' ')))")
  said=$(LIMIT=3600 verify --controls "$others") || { echo "$said"; return 1; }
  echo "$said"
  is "$(wc -w <<<"$others")" "$(grep -c '^✓ without' <<<"$said")"
}
