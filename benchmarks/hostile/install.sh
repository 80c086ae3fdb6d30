#!/bin/sh
# Installs what `make hostile` needs: install.sh PYTHON. What cannot be installed is named, with the reason.
folder=.bench/hostile
log=$folder/install.log
mkdir -p $folder

# Run a command; if it fails, say what is missing without it, and the end of what it printed.
try() {
  missing=$1
  shift
  "$@" >$log 2>&1 && return
  echo "$missing could not be installed; $1 says:" >&2
  tail -n 15 $log | sed 's/^/  /' >&2
  return 1
}

try 'MkDocs and Sphinx' "$1" -m venv --without-pip $folder/py \
  && try 'MkDocs and Sphinx' "$1" -m pip --python $folder/py/bin/python install --quiet --disable-pip-version-check \
    --require-hashes -r requirements/hostile.txt

if command -v node >/dev/null && command -v npm >/dev/null; then
  cp benchmarks/hostile/package.json $folder/
  try 'MDX and Docusaurus' npm install --prefix $folder --ignore-scripts --loglevel=error --no-audit --no-fund
else
  echo 'MDX and Docusaurus could not be installed: node and npm are not here (Debian has both: apt install npm)' >&2
fi

wanted=
for program in chromium hugo jekyll pandoc; do
  command -v $program >/dev/null || wanted="$wanted $program"
done
[ -z "$wanted" ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "Not installed, as there is no apt-get here:$wanted" >&2
elif [ "$(id -u)" -ne 0 ]; then
  echo "Not installed, as only root may; run: sudo apt-get install --no-install-recommends$wanted" >&2
else
  try "Debian's lists of packages" apt-get update -qq
  for program in $wanted; do
    try "$program" apt-get install -y -qq --no-install-recommends "$program"
  done
fi
exit 0
