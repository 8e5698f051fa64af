"""Values written into a home's `duibian.toml`, as an operator would with an editor."""

from __future__ import annotations

import json

from pipelines.home import Home


def set_values(home: Home, section: str, **values: object) -> None:
    """Replace entries of one section; a name that ends with an underscore is meant without it."""
    lines = home.settings.read_text("utf-8").split("\n")
    start = lines.index(f"[{section}]")
    end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("[")), len(lines))
    for name, value in values.items():
        key = name.rstrip("_")
        (place,) = [n for n in range(start, end) if lines[n].split("=")[0].strip() == key]
        lines[place] = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    home.settings.write_text("\n".join(lines), "utf-8")
