#!/usr/bin/env bats
# `make verify` on the test pod, and that what it says can be otherwise.

load system

setup() { enforced; }

verify() {
  local root=$BATS_TEST_DIRNAME/../..
  "$root/node_modules/.bin/tsx" "$root/scripts/verify.ts" --pod "$POD" "$@" 3>&-
}

@test "every promise is held by every service, or this machine cannot prove it" {
  status=0
  output=$(verify --json 2>"$BATS_TEST_TMPDIR/said") || status=$?
  cat "$BATS_TEST_TMPDIR/said"
  field 'it.judged.filter(({ finding }) => finding.verdict === "not held")'
  is 0 "$status"
  is 0 "$(field it.totals.notHeld)"
  # Proven anywhere: whoever cannot prove these has proven nothing.
  services=6
  for claim in user user-namespace capabilities no-new-privileges exec-confined own-processes root-read-only \
    scratch-noexec scratch-bounded mounts models-read-only secrets no-engine-socket devices masked-paths \
    kernel-settings egress-ipv4 egress-ipv6 no-route no-name-server host-loopback published seccomp-filter \
    seccomp-declared seccomp-allowed seccomp-denied seccomp-dangerous foreign-abi; do
    is "$claim $services" "$claim $(field "it.judged.filter(({ claim, finding }) => claim.id === '$claim' && finding.verdict === 'held').length")"
  done
}

@test "the gateway shows what was verified" {
  ask /v1/status
  is 200 "$http"
  is 0 "$(field it.verification.not_held)"
  [ "$(field it.verification.held)" -gt 100 ]
}

@test "every promise is lost by a twin without the layer that keeps it" {
  run verify --controls
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(grep -c '^✓ without' <<<"$output")" -ge 22 ]
}

@test "what it tries leaves nothing behind" {
  local list
  for list in 'ps --all --format {{.Names}}' 'network ls --format {{.Name}}' 'volume ls --format {{.Name}}' \
    'secret ls --format {{.Name}}'; do
    run podman $list
    is 0 "$status"
    [[ $output != *twin* ]]
  done
}

@test "a pod that does not run, and a layer that does not exist, are refused" {
  run verify --pod no-such-pod
  [ "$status" -eq 1 ]
  [[ $output == *'the pod no-such-pod does not run'* ]]
  run verify --controls no-such-layer
  [ "$status" -eq 2 ]
  [[ $output == *'no layer is called no-such-layer; there are: user '* ]]
}
