"""The machines that a folder is made for, and what pip and the lock call them."""

from __future__ import annotations

from dataclasses import dataclass

PYTHON = (3, 11)
_GLIBC = 28  # the oldest that is served: 银河麒麟 V10, 统信 UOS 20, Debian 10
_OLD_TAGS = {"x86_64": ("manylinux2014", "manylinux2010", "manylinux1"), "aarch64": ("manylinux2014",)}
_FIRST_GLIBC = {"x86_64": 5, "aarch64": 17}


@dataclass(frozen=True)
class Platform:
    """One kind of machine."""

    name: str
    label: str
    tags: tuple[str, ...]
    system: str
    """`sys_platform` of the lock's markers."""
    machine: str
    """`platform_machine` of the lock's markers."""
    wants_compatible: bool
    """Whether old processors without AVX2 are served by another build of Polars."""

    @property
    def is_windows(self) -> bool:
        """Whether its scripts are those of Windows."""
        return self.system == "win32"

    @property
    def markers(self) -> dict[str, str]:
        """The environment in which the lock's markers are judged."""
        release = ".".join(map(str, PYTHON))
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{release}.0",
            "os_name": "nt" if self.is_windows else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Windows" if self.is_windows else "Linux",
            "platform_version": "",
            "python_full_version": f"{release}.0",
            "python_version": release,
            "sys_platform": self.system,
            "extra": "",
        }


def _linux_tags(machine: str) -> tuple[str, ...]:
    """Every tag that a machine with the oldest glibc takes, the newest first.

    pip adds older tags by itself for the names of before 2020 only.
    """
    numbered = (f"manylinux_2_{n}_{machine}" for n in range(_GLIBC, _FIRST_GLIBC[machine] - 1, -1))
    return (*numbered, *(f"{tag}_{machine}" for tag in _OLD_TAGS[machine]))


PLATFORMS = (
    Platform(
        "linux-x86_64",
        "Linux x86-64（海光、兆芯、英特尔、AMD）",
        _linux_tags("x86_64"),
        "linux",
        "x86_64",
        wants_compatible=True,
    ),
    Platform(
        "linux-aarch64",
        "Linux aarch64（鲲鹏、飞腾）",
        _linux_tags("aarch64"),
        "linux",
        "aarch64",
        wants_compatible=False,
    ),
    Platform(
        "windows-x64", "Windows 10 以上，64 位", ("win_amd64",), "win32", "AMD64", wants_compatible=True
    ),
)
