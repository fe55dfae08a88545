#!/usr/bin/env bash
# Builds dist/ and the site, and serves both: /jupyterlite/notebooks/index.html?path=visitor.ipynb
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
./build.sh
.venv/bin/python -m examples.jupyterlite.site
exec ./build.sh serve "$@"
