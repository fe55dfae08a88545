#!/usr/bin/env bash
# The one command of the project. Sets up what it needs, and does again only what has changed since.
#
#   ./build.sh [build]      make dist/
#   ./build.sh serve [...]  the playground with its collector (--port N)
#   ./build.sh test [--all] everything that is checked; --all the long form
#   ./build.sh bench [...]  start-up, calls and bytes beside the reference's
#   ./build.sh profile      which functions a page runs, written anew: for another Pyodide
#   ./build.sh package      dist/ with the best compression, as one archive in build/
#   ./build.sh clean        remove all that was made (--deep: the environments too)
#
# PYTHON names the interpreter to use (3.13).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python=.venv/bin/python
stamps=build/stamps

say() { printf '%-10s %s\n' "$1" "$2"; }

# fail STEP WHAT-HAPPENED WHAT-TO-DO
fail() {
  printf '%-10s failed: %s\n           %s\n' "$1" "$2" "$3" >&2
  exit 1
}

sha() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# One hash over names and contents of files and folders.
digest_of() {
  local files=build/stamps/.files
  mkdir -p build/stamps
  { find "$@" -type f -not -path '*/__pycache__/*' -print 2>/dev/null || true; } | LC_ALL=C sort >"$files"
  { cat "$files"; tr '\n' '\0' <"$files" | xargs -0 cat /dev/null; } | sha | cut -c1-64
}

# step NAME WHAT-TO-DO-ON-FAILURE OUTPUT INPUT... -- COMMAND...
# Runs the command unless its output stands and neither inputs nor command have changed.
step() {
  local name=$1 remedy=$2 output=$3 inputs=() stamp
  shift 3
  while [ "$1" != -- ]; do inputs+=("$1"); shift; done
  shift
  stamp="$(digest_of "${inputs[@]}") $*"
  if [ -e "$output" ] && [ "$(cat "$stamps/$name" 2>/dev/null)" = "$stamp" ]; then
    say "$name" "unchanged"
    return
  fi
  mkdir -p "$stamps" build/logs
  rm -f "$stamps/$name"
  if "$@" >"build/logs/$name" 2>&1; then
    say "$name" "$(tail -n 1 "build/logs/$name" | cut -c1-160)"
    printf '%s\n' "$stamp" >"$stamps/$name"
  else
    tail -n 30 "build/logs/$name" | cut -c1-400 >&2
    fail "$name" "$(printf '%s ' "$@" | cut -c1-120)" "$remedy"
  fi
}

# --- what the machine must have ----------------------------------------------------------------------------------------

suits() { [ -n "$1" ] && "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; }

# Prints a Python 3.13: the named one, the system's, pyenv's.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" "$(command -v python3.13 || true)" "$(command -v python3 || true)" \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python /opt/homebrew/bin/python3.13 /usr/local/bin/python3.13; do
    if suits "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# Makes .venv with a Python 3.13; where the machine has none, uv brings one.
make_environment() {
  local found uv
  if found=$(find_python); then
    "$found" -m venv --clear .venv
    "$python" -m pip install --quiet --disable-pip-version-check uv
  else
    uv=$(command -v uv || true)
    if [ -z "$uv" ]; then
      python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv || true
      python3 -m venv --clear build/uv && build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
      uv=build/uv/bin/uv
    fi
    "$uv" venv --quiet --clear --seed --python 3.13 .venv
    "$python" -m pip install --quiet --disable-pip-version-check uv
  fi
  "$python" -c 'import sys; print("Python", sys.version.split()[0], "in .venv")'
}

install_python() {
  "$python" -m uv pip sync --quiet --python "$python" --require-hashes requirements/dev.txt
  # The sources are imported where they are.
  "$python" -c 'import pathlib, site; pathlib.Path(site.getsitepackages()[0], "cioanalytics-src.pth").write_text("../../../../src\n")'
  echo "$(grep -c == requirements/dev.txt) packages in .venv"
}

install_npm() {
  npm ci --silent --no-audit --no-fund
  echo "$(grep -c '"node_modules/' package-lock.json) packages in node_modules"
}

# Installs Debian's packages, where that can be done without asking anybody.
apt_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && { apt-get install -y -qq "$@" || { apt-get update -qq && apt-get install -y -qq "$@"; }; } >/dev/null 2>&1; }

require_node() {
  command -v npm >/dev/null || apt_install nodejs npm || true
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail node "there is no node with npm" "Install Node 18 or newer: apt-get install nodejs npm, or brew install node."
  [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18')" = true ] ||
    fail node "node is $(node --version)" "Install Node 18 or newer: apt-get install nodejs npm, or brew install node."
}

prepare() {
  require_node
  if ! suits "$python"; then rm -f "$stamps/python" "$stamps/packages"; fi
  step python "Install Python 3.13 (apt-get install python3.13-venv, brew install python@3.13, pyenv install 3.13) or uv, or set PYTHON." \
    .venv/bin/python .python-version -- make_environment
  step packages "The package index must be reachable; the locked versions are in requirements/dev.txt." \
    .venv/bin/pytest requirements/dev.txt "$stamps/python" -- install_python
  step npm "The npm registry must be reachable; the locked versions are in package-lock.json." \
    node_modules/.package-lock.json package-lock.json package.json -- install_npm
}

# --- dist/ ---------------------------------------------------------------------------------------------------------------

# Two builds at once would write into each other's parts; the second waits.
lock() {
  mkdir -p build
  local holder
  while ! mkdir build/lock 2>/dev/null; do
    holder=$(cat build/lock/pid 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf build/lock; else sleep 0.5; fi
  done
  echo $$ >build/lock/pid
  trap 'rm -rf build/lock' EXIT
}

unlock() {
  rm -rf build/lock
  trap - EXIT
}

whole= # "--whole": the module is not split

build() { # build [--best]
  lock
  prepare
  local parts=build/parts work=build/made
  step border "The message above names the place in web/." "$parts/border" web/*/*.js tools/border.mjs tools/parts.mjs package-lock.json -- node tools/border.mjs
  step bridge "The message above names the place in web/bridge.js." "$parts/bridge" \
    web/bridge.js web/border/page.js tools/bridge.mjs tools/parts.mjs package-lock.json -- node tools/bridge.mjs
  step wheel "The message above names the place in src/ or pyproject.toml." "$parts/wheel" \
    src pyproject.toml docs/wheel.md LICENSE tools/wheel.py "$work/border.js" "$work/bridge.js" -- "$python" tools/wheel.py
  step compiled "npm's pyodides must be whole; the lowering knows only part of Python (tools/lower)." "$parts/compiled" \
    "$parts/wheel" src package-lock.json tools/lower tools/compiled.py tools/bytecode.mjs requirements/dev.txt -- "$python" -m tools.compiled
  step lock "micropip must be to be had from the package index." "$parts/lock/pyodide-lock.json" \
    "$parts/compiled" requirements/pyodide.txt package-lock.json tools/lockfile.py -- "$python" -m tools.lockfile
  step runtime "npm's pyodide is another than tools/runtime.mjs knows." "$parts/runtime" package-lock.json tools/runtime.mjs tools/slim.mjs \
    tools/relocate.mjs tools/settle.mjs tools/docs.mjs tools/prune.mjs tools/derive.mjs tools/wipe.mjs tools/wasm web/start/lean.js web/start/second.js web/start/memory.js tools/parts.mjs -- node tools/runtime.mjs
  step lower "The lowering knows only part of Python: write the place otherwise, or teach tools/lower." "$work/lean/cioanalytics_page.py" \
    src tools/lower -- "$python" -m tools.lower "$work/lean/cioanalytics_page.py"
  step library "npm's pyodide is another than tools/lean knows." "$work/lean/library.zip" \
    "$work/lean/cioanalytics_page.py" tools/lean package-lock.json -- \
    env PYTHONHASHSEED=0 "$python" -X no_debug_ranges -m tools.lean.stand_ins "$work/lean/cioanalytics_page.py" "$work/lean/library.zip"
  step snapshot "The client may import what tools/lean/stand_ins.py names, and touch no js at import." "$parts/snapshot" \
    "$work/lean/library.zip" "$work/runtime.json" web/start/memory.js tools/snapshot.mjs tools/derive.mjs tools/forget.mjs tools/wipe.mjs tools/wasm tools/lean/tidy.py tools/parts.mjs -- node tools/snapshot.mjs
  step module "The profile is of another Pyodide or client: ./build.sh profile." "$parts/module" "$work/runtime.json" "$parts/snapshot" \
    tools/module.mjs tools/data.mjs tools/split.mjs tools/profiling/functions.mjs tools/profiling/functions.txt tools/wasm tools/parts.mjs -- \
    node tools/module.mjs $whole
  step loader "The message above names the place in web/." "$parts/loader" \
    web/*/*.js web/*.d.ts "$work/border.json" "$work/runtime.json" "$work/snapshot.json" "$work/module.json" "$parts/compiled" tools/loader.mjs tools/parts.mjs pyproject.toml -- node tools/loader.mjs
  step dist "Is there room on the disk?" dist/files.json "$parts" tools/publish.mjs -- node tools/publish.mjs "$@"
  unlock
}

package() {
  build --best
  local version
  version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
  tar -czf "build/cioanalytics-$version.tar.gz" dist
  node tools/sizes.mjs
  say package "build/cioanalytics-$version.tar.gz"
}

clean() {
  rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
  if [ "${1:-}" = --deep ]; then rm -rf .venv node_modules; fi
  say clean "done"
}

# --- the rest --------------------------------------------------------------------------------------------------------------

serve() {
  build
  exec "$python" -m web.playground "$@"
}

bench() {
  [ -e tests/bench/__main__.py ] || fail bench "tests/bench measures nothing yet" "Sizes are printed by ./build.sh package."
  build --best
  exec "$python" -m tests.bench "$@"
}

profile() {
  whole=--whole
  build
  "$python" -m tools.profiling
  whole=
  build
}

check() {
  build
  step browsers "The message above names what to install." build/made/chromium tools/browsers.py tests/browser/engines.py requirements/dev.txt -- "$python" -m tools.browsers
  step rooms "pytest's wheels must be to be had from the package index." build/rooms \
    build/parts/wheel requirements/pyodide.txt requirements/pyodide-test.txt package-lock.json tools/rooms.py tools/lockfile.py -- "$python" -m tools.rooms
  exec "$python" -m tools.check "$@"
}

command=${1:-build}
[ $# -eq 0 ] || shift
case $command in
  build) build && say done "dist/ is ready: ./build.sh serve shows it" ;;
  serve) serve "$@" ;;
  test) check "$@" ;;
  bench) bench "$@" ;;
  profile) profile ;;
  package) package ;;
  clean) clean "$@" ;;
  *) sed -n '2,13s/^# \{0,1\}//p' build.sh; exit 2 ;;
esac
