#!/usr/bin/env bash
# Installs the servers that the tests talk to, as Debian packages. Nothing is started; the tests start their own.
set -euo pipefail

packages=(influxdb victoria-metrics mosquitto openssl nginx-light chromium prometheus prometheus-alertmanager strace e2fsprogs)

if ! command -v apt-get >/dev/null; then
  echo "This needs Debian's apt-get. Install by hand: ${packages[*]}" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "All test servers are installed: ${packages[*]}"
  exit 0
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
# Packages would start their services at once; the tests want to start servers of their own instead.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -q
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
