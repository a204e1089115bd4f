#!/usr/bin/env bats
# `make verify` where everything can be proven: cgroup v2, systemd, SELinux enforcing.

load machine

setup_file() {
  needs 700
  export DEPLOYED=$BATS_FILE_TMPDIR/make-up
  deployed
}

@test "every claim is held by every service, none is left unproven" {
  document=$BATS_TEST_DIRNAME/../../.cache/verified.md
  mkdir -p "$(dirname "$document")"
  LIMIT=2400 verify --markdown >"$document" || { cat "$document"; return 1; }
  grep -q ': [0-9]* held, 0 not held, 0 not provable here\.$' "$document" || { cat "$document"; return 1; }
}

@test "the claims that only this machine can prove are lost without their layer" {
  said=$(LIMIT=1200 verify --controls "$MACHINE_LAYERS") || { echo "$said"; return 1; }
  echo "$said"
  is "$(wc -w <<<"$MACHINE_LAYERS")" "$(grep -c '^✓ without' <<<"$said")"
}

@test "a permissive machine does not pass" {
  as_root setenforce 0
  said=$(verify nlp || true)
  as_root setenforce 1
  echo "$said"
  grep -q 'selinux-enforcing: not held: permissive' <<<"$said"
}
