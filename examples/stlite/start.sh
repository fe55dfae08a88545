#!/usr/bin/env bash
# Builds dist/ and the site, and serves both: /stlite/
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
./build.sh
.venv/bin/python -m examples.stlite.site
exec ./build.sh serve "$@"
