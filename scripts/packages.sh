# Debian packages by purpose, and how to get them.  Sourced by the other scripts.

packages_run="redis-server redis-tools jq tor-geoipdb libmaxmind-db-writer-perl"
packages_build="gcc libc6-dev cmake ninja-build pkg-config libpcap-dev libndpi-dev libmaxminddb-dev
  libhiredis-dev libsqlite3-dev libyaml-dev libssl-dev zlib1g-dev libzstd-dev"
packages_test="libcmocka-dev libjansson-dev python3 python3-jsonschema tshark tcpdump tcpreplay iproute2 ethtool mmdb-bin zstd
  valgrind"

# need_packages NAME...: install those that are missing; says which, needs root or sudo for it.
need_packages() {
  local missing=() p sudo=()
  for p in "$@"; do
    [[ $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) = *"ok installed" ]] || missing+=("$p")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  echo "installing ${#missing[@]} packages: ${missing[*]}"
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || {
      echo "packages are missing and I am neither root nor have sudo: apt-get install ${missing[*]}" >&2
      return 1
    }
    sudo=(sudo)
  fi
  # Services that packages bring are not to be started: nothing here needs them.
  local log
  log=$(mktemp)
  if ! { "${sudo[@]}" apt-get -q update &&
         "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
           apt-get -q -y --no-install-recommends install "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "apt-get failed; the whole of it: $log" >&2
    return 1
  fi
  rm -f "$log"
}
