#!/bin/sh
# Installs the wheel in DIR ($1) into an empty environment and does with it what a newcomer does in a repository.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$1"/*.whl
PATH="$work/venv/bin:$PATH"
mkdir -p "$work/repository/docs"
cd "$work/repository"
printf '# Slaap\n\nWie slecht slaapt, leest *dit* eerst.[^1]\n\n[^1]: Niet in bed.\n' >docs/slaap.md
translate-pipe init --source-locale nl de fr
translate-pipe locales
cmp docs/slaap.md build/de/slaap.md
translate-pipe locales --check
echo 'The wheel works in an empty environment.'
