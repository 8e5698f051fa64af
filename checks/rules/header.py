"""A rule and its header: the block comment of TOML that an auditor reads first.

Here: the header's form, checked strictly, and the split of a file into header and SQL. Not here:
what the SQL may say (`lint`), where rules are found (`catalog`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.errors import UserError

GROUPS: Mapping[str, str] = {
    "P": "人员存在性",
    "I": "身份要素",
    "E": "在岗与任用",
    "T": "编制类型与身份",
    "O": "机构",
    "Q": "编制总量",
    "L": "领导职数",
    "M": "工资与金额",
    "D": "时效与程序",
    "G": "勾稽",
    "R": "趋势",
    "X": "本地规则",
}
NATURES = ("default", "government", "party", "mass", "institution", "other")
STANDARD_FIELDS = frozenset(
    {
        "name",
        "unit_name",
        "month",
        "months",
        "n_months",
        "amount_month",
        "amount_gross",
        "amount_net",
        "amount_employer",
        "amount_total",
    }
)
_BLOCK = re.compile(r"\A\ufeff?\s*/\*(?P<header>.*?)\*/(?P<sql>.*)\Z", re.DOTALL)
_SOURCE = re.compile(r"\A[a-z]+__[a-z_]+(\|[a-z]+__[a-z_]+)*\Z")
_COLUMN = re.compile(r"\A[a-z_]+\.[a-z_0-9]+\Z")


class RuleError(UserError):
    """A rule file that cannot be used as it stands."""


class RuleHeader(BaseModel):
    """What a rule says about itself.

    `sources` are the staged tables that must have been delivered; alternatives stand in one entry,
    separated by `|`. `basis` names articles by the unit's legal nature, best first. `counterfactual` is the
    smallest change that would clear the finding, and whose field it is; a template like `sentence`.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(pattern=r"^[A-Z]\d{2}$")
    title: str = Field(min_length=2)
    group: str
    severity: int = Field(ge=1, le=4)
    sources: tuple[str, ...] = Field(strict=False, min_length=1)
    basis: dict[str, tuple[str, ...]]
    category: Literal["", "K1", "K2", "K3", "K4", "K5", "K6", "K7"] = ""
    subject: Literal["person", "unit", "section", "file"]
    owner: str = Field(min_length=2)
    confirmer: str = Field(min_length=2)
    effective_from: date
    effective_to: date | None = None
    parameters: tuple[str, ...] = Field(strict=False)
    lag: str
    exceptions: tuple[str, ...] = Field(strict=False)
    decided_by: tuple[str, ...] = Field(strict=False, min_length=1)
    amount: Literal["recoverable", "indicative", "none"]
    disposition: str = Field(min_length=2)
    remedy: str = Field(min_length=2)
    counterfactual: str
    sentence: str = Field(min_length=5)
    false_alarms: tuple[str, ...] = Field(strict=False)
    version: int = Field(ge=1)

    @field_validator("effective_to", mode="before")
    @classmethod
    def _open_end(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("basis", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {
            nature: (keys,) if isinstance(keys, str) else tuple(keys) if isinstance(keys, list) else keys
            for nature, keys in value.items()
        }

    @field_validator("basis")
    @classmethod
    def _known_natures(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        unknown = sorted(set(value) - set(NATURES))
        if unknown:
            raise ValueError(f"机构性质只能是 {'、'.join(NATURES)}，不认识 {'、'.join(unknown)}")
        if "default" not in value:
            raise ValueError("缺少 default（其余性质适用的依据）")
        return value

    @field_validator("group")
    @classmethod
    def _known_group(cls, value: str) -> str:
        if value not in GROUPS:
            raise ValueError(f"规则组只能是 {'、'.join(GROUPS)}")
        return value

    @field_validator("sources")
    @classmethod
    def _source_form(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for source in value:
            if not _SOURCE.match(source):
                raise ValueError(f"来源写作 部门__表，几选一用 | 分开，不能是 {source}")
        return value

    @field_validator("decided_by")
    @classmethod
    def _column_form(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for column in value:
            if not _COLUMN.match(column):
                raise ValueError(f"判定列写作 表.列（如 roster.unit_id），不能是 {column}")
        return value

    @field_validator("sentence", "counterfactual")
    @classmethod
    def _template_form(cls, value: str) -> str:
        try:
            list(Formatter().parse(value))
        except ValueError as error:
            raise ValueError("花括号不成对") from error
        return value

    @model_validator(mode="after")
    def _dates_in_order(self) -> RuleHeader:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to 早于 effective_from")
        return self

    @property
    def source_groups(self) -> tuple[tuple[str, ...], ...]:
        """Each needed source with its alternatives."""
        return tuple(tuple(source.split("|")) for source in self.sources)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that the sentence and the counterfactual fill in."""
        parsed = (part for text in self._templates for part in Formatter().parse(text))
        return frozenset(name for _, name, _, _ in parsed if name)

    @property
    def formats(self) -> frozenset[str]:
        """How they format what they fill in: `money`, `months`, a code list."""
        parsed = (part for text in self._templates for part in Formatter().parse(text))
        return frozenset(how for _, _, how, _ in parsed if how)

    @property
    def _templates(self) -> tuple[str, str]:
        return self.sentence, self.counterfactual

    def basis_keys(self, nature: str) -> tuple[str, ...]:
        """Article keys for a unit's legal nature, best first; the default where none is named."""
        return self.basis.get(nature, self.basis["default"])


@dataclass(frozen=True)
class Rule:
    """One rule: header, SQL, where it came from.

    `sha256` is over the file's text with LF line ends. `cases` is the text of its case file, '' where
    it has none.
    """

    header: RuleHeader
    sql: str
    sha256: str
    file: str
    is_local: bool
    cases: str

    @property
    def id(self) -> str:
        """The rule's id, such as P06."""
        return self.header.id


_MESSAGES: Mapping[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请删去或改正拼写",
    "int_type": "应为整数（不加引号）",
    "string_type": "应为文字（加引号）",
    "string_pattern_mismatch": "写法不对",
    "string_too_short": "不能为空",
    "literal_error": "取值不在允许的范围内",
    "greater_than_equal": "数值太小",
    "less_than_equal": "数值太大",
    "date_type": "应为日期，写作 2026-01-01（不加引号）",
    "tuple_type": '应为列表，写作 ["甲", "乙"]',
    "dict_type": '应为表，写作 { default = "…" }',
    "too_short": "至少要有一项",
}


def in_chinese(error: ValidationError) -> str:
    """What pydantic found, one clause a problem: key and remedy."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        key = ".".join(str(step) for step in problem["loc"]) or "表头"
        kind = problem["type"]
        text = str(problem["msg"]).removeprefix("Value error, ") if kind == "value_error" else ""
        parts.append(f"{key}：{text or _MESSAGES.get(kind, '取值不对')}")
    return "；".join(parts)


def split_file(text: str, file: str) -> tuple[RuleHeader, str]:
    """A rule file's header and its SQL.

    Args:
        text: the whole file.
        file: its name, for messages.

    Returns:
        The checked header, and the SQL after it without surrounding white space.

    Raises:
        RuleError: no header, not TOML, or a key that is missing, unknown or wrong.
    """
    found = _BLOCK.match(text)
    if found is None:
        raise RuleError(
            "规则文件没有表头", where=file, remedy="文件须以 /* … */ 开头，其中用 TOML 写明编号等。"
        )
    try:
        values: dict[str, Any] = tomllib.loads(found["header"])
    except tomllib.TOMLDecodeError as error:
        raise RuleError("规则表头不是有效的 TOML", where=file, remedy=f"按提示改正：{error}") from error
    try:
        header = RuleHeader.model_validate(values)
    except ValidationError as error:
        raise RuleError("规则表头有误", where=file, remedy=f"改正：{in_chinese(error)}") from error
    return header, found["sql"].strip()
