"""Parse, merge, serialise: what `translate-pipe merge OLD NEW -o OUT` does, for as long as there is no such command."""

import sys
from pathlib import Path

from translate_pipe.catalogue import merge, parse_po, serialize_po

if __name__ == "__main__":
    OLD, NEW, OUT = map(Path, sys.argv[1:])
    RESULT = merge(parse_po(OLD.read_text(encoding="utf-8")), parse_po(NEW.read_text(encoding="utf-8")))
    OUT.write_text(serialize_po(RESULT.catalogue), encoding="utf-8")
