"""Start `installation` with its folder, and nothing else of the user's, on the path."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from installation import main

sys.exit(main(sys.argv[1:]))
