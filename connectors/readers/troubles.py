"""Why a file cannot be read, in words its sender can act on. The wording is data; nothing else says it."""

from enum import StrEnum

from connectors.errors import UserError


class Trouble(StrEnum):
    """Codes of unreadable files."""

    EMPTY_FILE = "empty_file"
    PASSWORD = "password"  # noqa: S105
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    ZIP_BOMB = "zip_bomb"
    TOO_LARGE = "too_large"
    TOO_SPREAD = "too_spread"
    TOO_WIDE = "too_wide"
    UNSUPPORTED = "unsupported"
    UNSUPPORTED_COLUMN = "unsupported_column"
    UNDECODABLE = "undecodable"
    UNPAIRED_QUOTE = "unpaired_quote"
    ARCHIVE = "archive"
    ARCHIVE_PASSWORD = "archive_password"  # noqa: S105
    ARCHIVE_CORRUPT = "archive_corrupt"
    ARCHIVE_METHOD = "archive_method"
    UNSAFE_ENTRY = "unsafe_entry"
    NESTED_ARCHIVE = "nested_archive"
    TOO_MANY_ENTRIES = "too_many_entries"


_REPACK = "请核对来源，重新打包为普通的 zip 后提交。"
_RESAVE = "请在 Excel 或 WPS 中打开并另存为 .xlsx 后重新提交；打不开时请从原系统重新导出。"

WORDING: dict[Trouble, tuple[str, str]] = {
    Trouble.EMPTY_FILE: ("文件「{file}」是空的（0 字节）。", "请重新导出后提交。"),
    Trouble.PASSWORD: (
        "文件「{file}」设有打开密码，无法读取。",
        "请在 Excel 中打开，用“文件→信息→保护工作簿→用密码进行加密”清空密码"
        "（工作表设了保护的，用“审阅→取消保护”），另存后重新提交。",
    ),
    Trouble.TRUNCATED: (
        "文件「{file}」不完整，结尾缺失（可能是拷贝中断，或移动硬盘未安全弹出）。",
        "请重新拷贝原文件后提交。",
    ),
    Trouble.CORRUPT: ("文件「{file}」已损坏，无法读取（{detail}）。", _RESAVE),
    Trouble.ZIP_BOMB: (
        "文件「{file}」中的“{entry}”解压后膨胀约 {ratio} 倍，疑似压缩炸弹，已拒绝读取。",
        "请核对文件来源，从原系统重新导出后提交。",
    ),
    Trouble.TOO_LARGE: (
        "文件「{file}」过大（{size}，上限 {limit}）。",
        "请按单位或批次拆分成几个文件后提交。",
    ),
    Trouble.TOO_SPREAD: (
        "文件「{file}」工作表“{sheet}”的内容一直延伸到 {cell}，共 {area} 格，超过上限 {limit} 格。",
        "请选中表格之外多余的行和列，右键“删除”，保存后重新提交；确有这么多数据时请拆分文件。",
    ),
    Trouble.TOO_WIDE: (
        "文件「{file}」工作表“{sheet}”的内容一直延伸到第 {columns} 列，超过上限 {limit} 列。",
        "请选中表格之外多余的列，右键“删除”，保存后重新提交；文本文件请检查分隔符和换行是否丢失。",
    ),
    Trouble.UNSUPPORTED: ("文件「{file}」是{what}，不是可以读取的表格文件。", "{remedy}"),
    Trouble.UNSUPPORTED_COLUMN: (
        "文件「{file}」的列“{column}”是 {kind} 类型，不是单个的值。",
        "请把该列改为文本、数字或日期后重新提交。",
    ),
    Trouble.UNDECODABLE: (
        "文件「{file}」的文字编码无法识别：第 {position} 字节处（第 {line} 行）不是有效的 {encoding} 文字。",
        "请用记事本打开，确认没有乱码后另存为 UTF-8 编码，或另存为 .xlsx，再重新提交。",
    ),
    Trouble.UNPAIRED_QUOTE: (
        "文件「{file}」第 {line} 行的英文双引号没有配对，其后的内容无法分行。",
        "请改正该行的双引号，或另存为 .xlsx 后重新提交。",
    ),
    Trouble.ARCHIVE: ("文件「{file}」是压缩包，不能当作表格读取。", "请解压后提交其中的表格文件。"),
    Trouble.ARCHIVE_PASSWORD: (
        "压缩包「{file}」设有密码，无法解压。",
        "请重新打包，不要设置密码，再提交。",
    ),
    Trouble.ARCHIVE_CORRUPT: (
        "压缩包「{file}」已损坏，解压时校验不符。",
        "请重新拷贝，或在原电脑上重新打包后提交。",
    ),
    Trouble.ARCHIVE_METHOD: (
        "压缩包「{file}」中的“{entry}”用了不支持的压缩方式。",
        "请用 Windows 自带的“发送到→压缩（zipped）文件夹”重新打包后提交。",
    ),
    Trouble.UNSAFE_ENTRY: ("压缩包「{file}」中的“{entry}”{why}，整个压缩包未解压。", _REPACK),
    Trouble.NESTED_ARCHIVE: (
        "压缩包「{file}」嵌套超过一层（“{entry}”）。",
        "请解开内层的压缩包，重新打包后提交。",
    ),
    Trouble.TOO_MANY_ENTRIES: (
        "压缩包「{file}」内的文件超过 {limit} 个。",
        "请分成几个压缩包提交。",
    ),
}


class UnreadableFile(UserError):
    """A delivered file that cannot be read; the run goes on without it or stops, as its caller decides.

    Attributes:
        code: which trouble.
        message: what is wrong with which file (bare name, no folders), in Chinese.
        remedy: what its sender is to do. `str()` of the exception has both.
    """

    def __init__(self, code: Trouble, message: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code
        self.message = message


def unreadable(code: Trouble, file: str, **details: object) -> UnreadableFile:
    """The exception for `file` (a bare name), its wording filled with `details`."""
    message, remedy = (text.format(file=file, **details) for text in WORDING[code])
    return UnreadableFile(code, message, remedy)


def size_text(n_bytes: float) -> str:
    """A size for people: "512 MB", "1.5 GB"."""
    mib = n_bytes / (1024 * 1024)
    return f"{mib / 1024:.1f} GB" if mib >= 1024 else f"{mib:.0f} MB"
