#!/bin/sh
# Sets up everything the checks need and runs them all.
set -eu
cd "$(dirname "$0")/.."
venv=${COMFYDOCTOR_VENV:-.venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet -e '.[dev]'
export QT_QPA_PLATFORM=offscreen
"$venv/bin/ruff" check .
"$venv/bin/ruff" format --check .
"$venv/bin/mypy"
"$venv/bin/lint-imports"
exec "$venv/bin/python" -m pytest -q -n 2
