#!/usr/bin/env bats
# The dev pod: sources mounted, a service restarted when they change.

load system

setup() {
  ! podman pod exists ai-semble-dev || skip 'a dev pod is running (make dev), and there can be only one'
  source=$BATS_TEST_TMPDIR/source
  mkdir -p "$source"
  (cd "$BATS_TEST_DIRNAME/../.." && tar -c --exclude=node_modules containers) | tar -x -C "$source"
  chmod -R go+rX "$BATS_RUN_TMPDIR" "$source"
  volumes=$(podman volume ls -q)
  (cd "$BATS_TEST_DIRNAME/../.." && exec node --import tsx scripts/dev.ts --source "$source") >"$BATS_TEST_TMPDIR/dev.log" 2>&1 3>&- &
  dev=$!
}

teardown() {
  [ -n "${dev:-}" ] || return 0
  kill "$dev"
  wait "$dev" || true
  comm -13 <(sort <<<"$volumes") <(podman volume ls -q | sort) | grep '^ai-semble-dev' | xargs -r podman volume rm -f
}

health_is() { [ "$(curl -s "http://127.0.0.1:$DEV_PORT/healthz")" = "$1" ]; }

@test "a change in the sources is served without a rebuild, and Ctrl-C leaves no pod" {
  eventually 90 health_is '{"status":"ok"}' || { cat "$BATS_TEST_TMPDIR/dev.log"; return 1; }
  eventually 60 curl -sf -o /dev/null "http://127.0.0.1:$DEV_PORT/readyz"
  sed -i "s/status: 'ok'/status: 'changed'/" "$source/containers/base/kit/app.ts"
  eventually 30 health_is '{"status":"changed"}'
  kill -INT "$dev"
  wait "$dev" || true
  run podman pod exists ai-semble-dev
  is 1 "$status"
}
