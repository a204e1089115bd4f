# A GPU that every machine has: Mesa's software Vulkan device, handed to containers by a CDI spec as a vendor's driver
# is: libraries mounted one by one, a device node, an environment. Its class is not "gpu", so that no deploy takes it.

IMAGE=localhost/ai-semble/ai-services:latest
LIBRARIES=/usr/lib/x86_64-linux-gnu

# in_account COMMAND…: as the account whose podman it is.
in_account() {
  local command
  command=$(declare -f "$1" >/dev/null && declare -f "$1")
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u ai-semble -- env --chdir=/ HOME=/home/ai-semble "PATH=$PATH" bash -ec "$command"$'\n"$@"' bash "$@"
  else
    bash -ec "$command"$'\n"$@"' bash "$@"
  fi
}

# driver_folder: makes the folder with the driver's files and its shader cache where it is missing, and prints it. In
# the account's cache, kept: nothing but Debian's mirror is asked, once.
driver_folder() {
  local folder=$HOME/.cache/ai-semble/software-gpu part
  if [ ! -e "$folder/lvp_icd.json" ]; then
    part=$(mktemp -d)
    mmdebstrap --quiet --mode=unshare --variant=extract --include=mesa-vulkan-drivers --format=tar \
      '--aptopt=Acquire::Min-ValidTime "15552000"' forky - |
      tar -x -C "$part" --wildcards './usr/lib/*/lib*.so*' './usr/share/vulkan/icd.d/lvp_icd*.json'
    rm -rf "$folder"
    mkdir -p "$folder/packages" "$folder/shaders"
    cp -a "$part"/usr/lib/*/lib*.so* "$folder/packages"
    cp "$part"/usr/share/vulkan/icd.d/lvp_icd*.json "$folder/lvp_icd.json"
    rm -rf "$part"
    chmod 0777 "$folder/shaders"
  fi
  echo "$folder"
}

# make_driver: the folder in $driver, with one file per library that the image itself lacks.
make_driver() {
  command -v mmdebstrap >/dev/null || skip 'mmdebstrap is not installed, so the software GPU cannot be had here'
  driver=$(in_account driver_folder)
  needed=$(podman run --rm --network none --volume "$driver/packages:/driver:ro" "$IMAGE" \
    sh -c "LD_LIBRARY_PATH=$LIBRARIES:/driver ldd /driver/libvulkan_lvp.so" | grep -o '/driver/[^ ]*' | xargs -n 1 basename)
  is true "$(grep -q '^libLLVM' <<<"$needed" && echo true)"
  # Files of a home may not be read by containers where SELinux is on.
  ! selinuxenabled 2>/dev/null || chcon -R -t container_file_t -l s0 "$driver"
}

# write_spec NAME [EXPRESSION]: a CDI spec of the software GPU; the expression changes `spec` before it is written.
write_spec() {
  device=ai-semble-test/$1=0
  spec=/etc/cdi/ai-semble-test-$1.json
  driver=$driver needed="libvulkan_lvp.so $needed" kind=ai-semble-test/$1 libraries=$LIBRARIES node -e '
    const { driver, needed, kind, libraries } = process.env;
    const mount = (hostPath, containerPath, way = "ro") =>
      ({ hostPath, containerPath, options: [way, "nosuid", "nodev", "bind"] });
    const files = needed.split(/\s+/).map((name) => mount(`${driver}/packages/${name}`, `${libraries}/${name}`));
    const spec = { cdiVersion: "0.5.0", kind, containerEdits: {
      // The first names a device that is no GPU as one; compiling shaders for a processor takes half a minute.
      env: ["GGML_VK_VISIBLE_DEVICES=0", "MESA_SHADER_CACHE_DIR=/run/shaders"],
      mounts: [...files, mount(`${driver}/lvp_icd.json`, "/etc/vulkan/icd.d/lvp_icd.json"),
        mount(`${driver}/shaders`, "/run/shaders", "rw")],
    }, devices: [{ name: "0", containerEdits: { deviceNodes: [{ path: "/dev/net/tun" }] } }] };
    eval(process.argv[1] ?? "");
    console.log(JSON.stringify(spec, null, 2));
  ' "${2-}" >"$spec"
}
