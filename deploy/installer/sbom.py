"""The bill of materials: every locked package with its version, licence and hash, as CycloneDX JSON."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from email.message import Message
from typing import Any

from deploy.installer.lock import Locked, canonical

_SPEC = "1.6"
_NAMESPACE = uuid.UUID("5a7c0f0e-6a5f-5c0a-9d7e-6475696269a6")
_SHORT = 60
_CLASSIFIER = "License :: "
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(\s+(AND|OR|WITH)\s+\(?[A-Za-z0-9.+-]+\)?)*")

# What packages say in words of their own before SPDX expressions were usual.
_KNOWN = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "bsd": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "the mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "isc license (iscl)": "ISC",
    "zpl 2.1": "ZPL-2.1",
}


def bill(
    version: str,
    packages: Iterable[Locked],
    metadata: Mapping[str, Message],
    *,
    hashes: Mapping[str, str],
    where: str,
) -> dict[str, Any]:
    """The bill of one folder, or of all platforms together.

    Args:
        version: our own.
        packages: those of the lock.
        metadata: what each package's wheel says of itself, by canonical name.
        hashes: SHA-256 of the wheel that is delivered, by canonical name; empty where there are several.
        where: the platform it is for, in words.

    Returns:
        CycloneDX; the same for the same lock: it names no time.
    """
    parts = [_component(package, metadata[canonical(package.name)], hashes) for package in packages]
    ours = _identity("duibian", version)
    found = {
        "bomFormat": "CycloneDX",
        "specVersion": _SPEC,
        "version": 1,
        "metadata": {
            "component": {"type": "application", **ours, "licenses": [{"license": {"id": "Apache-2.0"}}]},
            "properties": [{"name": "duibian:platform", "value": where}],
        },
        "components": sorted(parts, key=lambda part: str(part["name"])),
    }
    serial = uuid.uuid5(_NAMESPACE, repr(found))
    return {**found, "serialNumber": f"urn:uuid:{serial}"}


def _component(package: Locked, metadata: Message, hashes: Mapping[str, str]) -> dict[str, Any]:
    name = canonical(package.name)
    part: dict[str, Any] = {
        "type": "library",
        **_identity(name, package.version),
        "licenses": [licence(metadata)],
    }
    if name in hashes:
        part["hashes"] = [{"alg": "SHA-256", "content": hashes[name]}]
    if package.marker:
        part["properties"] = [{"name": "duibian:marker", "value": package.marker}]
    return part


def _identity(name: str, version: str) -> dict[str, str]:
    address = f"pkg:pypi/{name}@{version}"
    return {"bom-ref": address, "name": name, "version": version, "purl": address}


def licence(metadata: Message) -> dict[str, Any]:
    """A package's licence as CycloneDX wants it: an SPDX expression where it gives one, else its words."""
    expression = metadata["License-Expression"]
    if expression:
        return {"expression": str(expression)}
    said = " ".join(str(metadata["License"] or "").split())
    classified = [
        str(line).removeprefix(_CLASSIFIER).removeprefix("OSI Approved :: ")
        for line in metadata.get_all("Classifier") or ()
        if str(line).startswith(_CLASSIFIER)
    ]
    for words in (said, *classified):
        known = _KNOWN.get(words.lower())
        if known:
            return {"license": {"id": known}}
    if said and len(said) <= _SHORT and _SPDX.fullmatch(said):
        return {"expression": said}
    words = " / ".join(classified) or said[:_SHORT]
    return {"license": {"name": words or "见随附的许可文件"}}
