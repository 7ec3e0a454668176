#!/bin/sh
# Real servers for the tests, from Debian, when this is root on Debian; otherwise the
# tests that need an absent one skip and name it.
set -eu
packages=""
want() { command -v "$1" >/dev/null 2>&1 || packages="$packages $2"; }
want nginx nginx-light
want openssl openssl
want prometheus prometheus
want promtool prometheus
want chromium chromium
want javac openjdk-17-jdk-headless
want mvn maven
[ -d /usr/lib/postgresql ] && [ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || packages="$packages postgresql"
[ -n "$packages" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed, their tests will skip:$packages" >&2
    exit 0
fi
echo "installing$packages" >&2
export DEBIAN_FRONTEND=noninteractive
# The packages must not start services of their own beside the tests' private ones.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made=1
fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $packages >/dev/null
