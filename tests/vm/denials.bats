#!/usr/bin/env bats
# What SELinux said to the platform's own life: after the tour, stops, kills, a reboot and an upgrade, and before the
# tests that do what is forbidden.

load machine

setup_file() {
  needs 150
  export DEPLOYED=$BATS_FILE_TMPDIR/make-up
  deployed
}

# read_volume LEVEL: a container at that level lists the data volume, as the user who owns it: only SELinux may object.
read_volume() {
  machine "podman run --rm --network none --user 10001:10001 --security-opt label=type:ai_semble_data_processor_t --security-opt label=filetype:ai_semble_data_processor_file_t --security-opt label=level:$1 --volume ai-semble-data:/data localhost/ai-semble/base:latest ls /data"
}

@test "SELinux denied the platform nothing" {
  echo "# Debian's own services were denied: $(denials_of_others | wc -l)" >&3
  echo "# the platform was denied: $(denials | wc -l)" >&3
  is '' "$(denials)"
}

@test "what SELinux denies a container is counted: a file of the user's, which it may read without SELinux" {
  read_profile() {
    machine "podman run --rm --network none $1 --volume /home/user/.profile:/profile:ro localhost/ai-semble/base:latest head -c 1 /profile"
  }
  run read_profile
  is 1 "$status"
  [[ $output == *'Permission denied'* ]]
  is 1 "$(denials | grep -c 'comm="head" name=".profile" .*:container_t:.*:user_home_t:')"
  is '#' "$(read_profile '--security-opt label=disable')"
}

# Debian's policy keeps silent about levels: there is no record to count.
@test "a container at another level may not read the pod's volume; at the pod's level it may" {
  run read_volume s0:c1,c2
  is 2 "$status"
  [[ $output == *'Permission denied'* ]]
  run read_volume $LEVEL
  is 0 "$status"
}
