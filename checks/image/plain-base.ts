/** Images that hold an operating system or a language, start no service and so expose no port. */
const plain =
  /^(?:docker\.io\/(?:library\/)?|quay\.io\/(?:fedora|centos|centos-stream|almalinux|rockylinux)\/|registry\.(?:access\.redhat\.com|fedoraproject\.org)\/(?:ubi\d+\/)?)?(scratch|debian|ubuntu|alpine|busybox|fedora|fedora-minimal|centos|stream\d+|ubi|ubi-minimal|ubi-micro|almalinux|rockylinux|node|python|golang|rust|ruby)(?:[:@].*)?$/;

/** What an image of a distribution or language is called, without registry and tag. */
export function plainBase(image: string): string | undefined {
  return plain.exec(image)?.[1];
}
