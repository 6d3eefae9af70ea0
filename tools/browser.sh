#!/bin/sh
# Installs what browser tests need from Debian: Chromium, and fonts without which Chinese is boxes.
set -eu
have_browser() { command -v "${ZERENTIAN_CHROMIUM:-chromium}" >/dev/null 2>&1; }
have_font() { find /usr/share/fonts -name 'NotoSansCJK*' 2>/dev/null | grep -q .; }
if have_browser && have_font; then
  echo "browser: Chromium and CJK fonts are here"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "browser: install Chromium and the Noto CJK fonts with the package manager of this system, then set ZERENTIAN_CHROMIUM if chromium is not on PATH" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "browser: needs root. Run once: sudo apt-get update && sudo apt-get install --no-install-recommends chromium fonts-noto-cjk" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk
