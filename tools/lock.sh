#!/usr/bin/env bash
# Writes the lock files anew from pyproject.toml and package.json: versions and hashes, no registry's address.
# Run by hand, and commit what it changes: tools/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # compile GROUP OUTPUT PYTHON-VERSION [MORE...]
  local group=$1 output=$2 version=$3
  shift 3
  .venv/bin/uv pip compile --quiet --group "pyproject.toml:$group" --python-version "$version" \
    --generate-hashes --no-emit-index-url --no-header --no-annotate --output-file "$output" "$@" >/dev/null
}

compile dev requirements/dev.txt 3.13 --universal "$@"
compile pyodide requirements/pyodide.txt 3.13 "$@"
compile pyodide-test requirements/pyodide-test.txt 3.13 "$@"
# The sites of examples/: what builds one, and the wheels that lie in it.
compile jupyterlite requirements/jupyterlite.txt 3.13 --universal "$@"
compile jupyterlite-pyodide requirements/jupyterlite-pyodide.txt 3.14 --no-deps "$@"
compile marimo requirements/marimo.txt 3.13 --universal "$@"
compile marimo-pyodide requirements/marimo-pyodide.txt 3.14 --no-deps "$@"
compile stlite-pyodide requirements/stlite-pyodide.txt 3.13 --no-deps "$@"
for folder in . examples/marimo examples/stlite; do
  npm install --prefix "$folder" --package-lock-only --no-audit --no-fund --silent
done

if grep -rnE 'https?://[^ ]*(registry|simple|pythonhosted)' requirements package-lock.json examples/*/package-lock.json; then
  echo "lock: an address has got into a lock file" >&2
  exit 1
fi
