#!/bin/sh
# Installs the wheel in DIR ($1) into an empty environment and does with it what a newcomer does in a repository. Its
# dependencies are the locked ones; `pip check` finds one that the wheel asks for and the lock does not have.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$work/venv/bin/python" -m pip install --quiet --only-binary :all: --require-hashes -r requirements/run.txt
"$work/venv/bin/python" -m pip install --quiet --no-index --no-deps "$1"/*.whl
"$work/venv/bin/python" -m pip check
"$work/venv/bin/python" -m pip install --quiet --only-binary :all: --require-hashes -r requirements/preview.txt
PATH="$work/venv/bin:$PATH"
mkdir -p "$work/repository/docs"
cd "$work/repository"
printf '# Slaap\n\nWie slecht slaapt, leest *dit* eerst.[^1]\n\n[^1]: Niet in bed.\n' >docs/slaap.md
translate-pipe init --source-locale nl de fr
translate-pipe locales
cmp docs/slaap.md build/de/slaap.md
translate-pipe locales --check
translate-pipe preview --static site
test -s site/index.html -a -s site/de/slaap.html -a -s site/assets/preview.js
echo 'The wheel works in an empty environment.'
