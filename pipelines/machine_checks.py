"""Does this machine run the program, and is it fit for the work? Each question is one small check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors import audit
from pipelines import machine
from pipelines.checkup import Check, State
from pipelines.home import Home

_GIB = 1 << 30
_MEMORY_FREE, _MEMORY_ALL = 2 * _GIB, 4 * _GIB
_CLOCKS_DIFFER = timedelta(minutes=5)


def processor(home: Home, now: datetime) -> Iterator[Check]:
    """The instructions that NumPy and Polars use."""
    if not machine.is_x86() or sys.platform == "win32":
        if machine.runs_standard_polars():
            yield Check("处理器", State.OK, "可以运行全部组件")
        else:
            yield Check("处理器", State.OK, "不能确认支持 AVX2，应装兼容版 polars")
        return
    yield from processor_of(machine.processor_flags())


def processor_of(flags: frozenset[str]) -> Iterator[Check]:
    """What the instructions of an x86-64 processor allow."""
    needed = machine.lacking(flags, machine.NEEDED_FLAGS)
    standard = machine.lacking(flags, machine.STANDARD_FLAGS)
    if not flags:
        yield Check("处理器", State.WARN, "看不出支持哪些指令", "程序能运行就不必处理")
    elif needed:
        yield Check(
            "处理器",
            State.BAD,
            f"缺少指令 {'、'.join(needed)}，程序用到的组件不能可靠运行",
            "请换用 2011 年以后的电脑；虚拟机请把处理器类型设为与主机相同",
        )
    elif standard and not _has_compatible_polars():
        yield Check(
            "处理器",
            State.BAD,
            f"缺少指令 {'、'.join(standard)}，标准版 polars 不能可靠运行",
            "请用安装包重新安装，它会改用兼容版 polars；虚拟机请把处理器类型设为与主机相同",
        )
    elif standard:
        yield Check("处理器", State.OK, "没有 AVX2 等指令，已装兼容版 polars，结果相同，速度较慢")
    else:
        yield Check("处理器", State.OK, "支持 AVX2，可以运行全部组件")


def _has_compatible_polars() -> bool:
    from importlib.util import find_spec

    return find_spec("_polars_runtime_compat") is not None


def c_library(home: Home, now: datetime) -> Iterator[Check]:
    """glibc, where the system is Linux."""
    if sys.platform != "linux":
        return
    found = machine.glibc()
    wanted = ".".join(map(str, machine.GLIBC))
    if found is None:
        yield Check("系统", State.BAD, f"组件需要 glibc {wanted} 以上，这里没有", "请换用 glibc 的系统")
    elif found < machine.GLIBC:
        shown = ".".join(map(str, found))
        yield Check(
            "系统",
            State.BAD,
            f"glibc {shown}，组件需要 {wanted} 以上",
            "请换用银河麒麟 V10、统信 UOS 20、Debian 10 以上的系统",
        )
    else:
        yield Check("系统", State.OK, f"glibc {'.'.join(map(str, found))}")


def memory(home: Home, now: datetime) -> Iterator[Check]:
    """Enough for a county: a month of 12,000 people takes less than 2 GiB."""
    found = machine.memory()
    if found is None:
        yield Check("内存", State.WARN, "看不出有多少内存", "一个县需要 4 GiB 以上")
        return
    shown = f"共 {found.total / _GIB:.1f} GiB，可用 {found.available / _GIB:.1f} GiB"
    if found.total < _MEMORY_ALL:
        yield Check("内存", State.WARN, shown, "一个县需要 4 GiB 以上；运行时请关闭其他程序")
    elif found.available < _MEMORY_FREE:
        yield Check("内存", State.WARN, shown, "请关闭其他程序后再运行")
    else:
        yield Check("内存", State.OK, shown)


def clock(home: Home, now: datetime) -> Iterator[Check]:
    """The clock may not stand before what was already recorded."""
    last = _last(home)
    shown = f"{now:%Y-%m-%d %H:%M}（北京时间）"
    if last is not None and now < last - _CLOCKS_DIFFER:
        yield Check(
            "时间",
            State.BAD,
            f"本机时间是 {shown}，早于最近一次记录 {last:%Y-%m-%d %H:%M}",
            "请先校准本机的日期、时间和时区，再运行和登记",
        )
    else:
        yield Check("时间", State.OK, f"{shown}，请与标准时间核对")


def _last(home: Home) -> datetime | None:
    for _, line in audit.backwards(home.audit_log):
        return datetime.fromisoformat(line.at) if line is not None else None
    return None


def fonts(home: Home, now: datetime) -> Iterator[Check]:
    """The fonts of official documents."""
    missing = machine.missing_fonts()
    if missing is None:
        yield Check("字体", State.WARN, "看不出装了哪些字体", "打开一份文书看一看字体是否正常")
    elif missing:
        yield Check(
            "字体",
            State.WARN,
            f"没有公文字体 {'、'.join(missing)}，文书在本机上以别的字体显示",
            "请管理员安装公文字体，或在装有字体的电脑上打印；程序的运行不受影响",
        )
    else:
        yield Check("字体", State.OK, "公文字体齐全")


def browser(home: Home, now: datetime) -> Iterator[Check]:
    """A browser that shows the pages."""
    found = machine.browsers()
    new = [one for one in found if one.kernel is not None and one.kernel >= machine.CHROME]
    old = [one for one in found if one.kernel is not None and one.kernel < machine.CHROME]
    remedy = f"网页需要 Chrome {machine.CHROME} 内核以上；内核版本在浏览器的“关于”页，或地址栏输入 chrome://version"
    if new:
        yield Check("浏览器", State.OK, "、".join(one.name for one in new))
    elif old:
        yield Check("浏览器", State.WARN, f"{'、'.join(one.name for one in old)} 太旧", remedy)
    elif found:
        yield Check("浏览器", State.WARN, f"{'、'.join(one.name for one in found)}：看不出内核版本", remedy)
    else:
        yield Check("浏览器", State.WARN, "没有找到认得的浏览器", remedy)


def volume(home: Home, now: datetime) -> Iterator[Check]:
    """Whether the home lies on an encrypted volume."""
    is_encrypted = machine.is_on_encrypted_volume(home.root)
    if is_encrypted is None:
        yield Check("磁盘加密", State.WARN, "请自行确认", "请在“控制面板→BitLocker 驱动器加密”中确认已启用")
    elif is_encrypted:
        yield Check("磁盘加密", State.OK, "工作文件夹在加密卷上")
    else:
        yield Check(
            "磁盘加密",
            State.WARN,
            "看不出工作文件夹在加密卷上",
            "请向系统管理员确认；个人信息应存放在加密卷上",
        )
