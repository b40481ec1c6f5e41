#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the schema test's two packages into the build folder and runs it; 77 (skipped) without node or npm.
#   run.sh WINSET SOURCE_ROOT WORK_FOLDER
set -eu
winset=$(realpath "$1") source=$(realpath "$2") work=$3
command -v node >/dev/null && command -v npm >/dev/null || { echo "skipped: no node or npm"; exit 77; }
mkdir -p "$work"
cp "$source"/tests/schema/package.json "$source"/tests/schema/package-lock.json "$source"/tests/schema/check.mjs "$work"
cd "$work"
if ! cmp -s package-lock.json .installed; then
  npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || { cat npm.log; echo "skipped: npm cannot install"; exit 77; }
  cp package-lock.json .installed
fi
exec node check.mjs "$winset" "$source"
