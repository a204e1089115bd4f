#!/usr/bin/env bats
# The pod as a systemd unit among others: stopped, started, killed, and after the machine's own restart.

load machine

setup_file() {
  needs 1400
  export DEPLOYED=$BATS_FILE_TMPDIR/make-up
  deployed
}

main_pid() { machine systemctl --user show --property MainPID --value "ai-semble-$1.service"; }

main_pids() { for service in "$@"; do main_pid "$service"; done; }

@test "systemctl --user stop ends every container, start brings them back" {
  machine systemctl --user stop ai-semble.pod
  is '' "$(machine podman ps --quiet)"
  is inactive "$(machine systemctl --user is-active ai-semble.pod || true)"
  ! all_ready || return 1
  machine systemctl --user start ai-semble.pod
  eventually 300 all_ready
  is 7 "$(machine podman ps --quiet | wc -l)"
}

@test "systemctl --user restart replaces every container" {
  before=$(containers '{{.Id}}')
  machine systemctl --user restart ai-semble.pod
  eventually 300 all_ready
  after=$(containers '{{.Id}}')
  is 12 "$(printf '%s\n' "$before" "$after" | sort -u | wc -l)"
}

@test "journalctl --user -u ai-semble.pod has its starts" {
  said=$(machine journalctl --user -u ai-semble.pod --output cat)
  [ "$(grep -c '^Started ai-semble.pod' <<<"$said")" -ge 3 ]
}

@test "a killed service comes back, and the others stay up" {
  others=${SERVICES/nlp /}
  before=$(main_pids $others)
  killed=$(main_pid nlp)
  machine podman exec ai-semble-nlp bash -c "'kill -9 -1'" || true
  replaced() { local now; now=$(main_pid nlp) && [ "$now" -gt 0 ] && [ "$now" != "$killed" ]; }
  eventually 300 replaced
  eventually 300 all_ready
  is "$before" "$(main_pids $others)"
}

@test "after a reboot it serves again, without a login" {
  boot=$(as_root cat /proc/sys/kernel/random/boot_id)
  as_root systemctl reboot || true
  rebooted() { local now; now=$(LIMIT=40 as_root cat /proc/sys/kernel/random/boot_id) && [ "$now" != "$boot" ]; }
  eventually 600 rebooted
  eventually 600 serves
  # Its columns: session, uid, user, seat, leader, class. A lingering manager's class is another.
  is '' "$(as_root 'loginctl list-sessions --no-legend' | awk '$3 == "user" && $6 == "user"')"
  is "system_u:system_r:ai_semble_llm_t:$LEVEL" \
    "$(as_root "tr -d '\\0' </proc/$(machine "podman inspect --format '{{.State.Pid}}' ai-semble-llm")/attr/current")"
}
