"""`duibian.toml`: what an operator may set, checked whole, with the line of everything that is wrong.

`pipelines` reads it and hands each floor what it needs as plain values; lower floors never see this module.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from checks.findings.demotion import Demotion
from connectors.errors import UserError
from pipelines.alerts.settings import AlertSettings
from pipelines.complaints import complaints, unknown_entry
from pipelines.engine_settings import DUCKDB, EngineName, SparkPlace
from pipelines.files import write_atomically
from pipelines.months import last_day
from pipelines.parameters import (
    DatedSpec,
    DatedValue,
    DemotedRule,
    Period,
    as_overrides,
    dated_sections,
    faults_between,
    value_on,
)
from pipelines.retention_terms import Retention
from pipelines.run_history import RunHistory
from pipelines.settings_file import UNKNOWN_CODE, default_settings
from pipelines.toml_file import FileProblems, KeyPath, Problem, TomlFile, read_toml

DEPARTMENTS = ("establishment", "organisation", "personnel", "finance", "police", "civil", "other")
_HEADER = re.compile(r"[Xx]-[A-Za-z0-9-]{1,60}")
_QUARTER_ENDS = ("03", "06", "09", "12")


class Cadence(StrEnum):
    """How often a feed is delivered."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ON_DEMAND = "on_demand"


_CADENCES = {
    "monthly": Cadence.MONTHLY,
    "quarterly": Cadence.QUARTERLY,
    "on_demand": Cadence.ON_DEMAND,
    "每月": Cadence.MONTHLY,
    "每季": Cadence.QUARTERLY,
    "按需": Cadence.ON_DEMAND,
}


def _cadence(value: object) -> object:
    if isinstance(value, str) and value in _CADENCES:
        return _CADENCES[value]
    raise ValueError('应为 "monthly"（每月）、"quarterly"（每季）或 "on_demand"（按需）')


def _share(value: object, info: ValidationInfo) -> object:
    if info.mode == "json" and isinstance(value, str):
        return Decimal(value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Share = Annotated[Decimal, BeforeValidator(_share), Field(ge=0, le=1)]
Texts = Annotated[tuple[str, ...], Field(strict=False)]
Dated = Mapping[str, Annotated[tuple[Period, ...], Field(strict=False)]]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Division(_Section):
    """The county, city or province whose lists these are."""

    code: str = Field(pattern=r"^[0-9]{6}$")
    name: str = Field(min_length=1)
    aliases: Texts = ()

    @property
    def is_named(self) -> bool:
        """Whether somebody has filled in the division code."""
        return self.code != UNKNOWN_CODE


class Schedule(_Section):
    """When a month is run, and when its payroll is locked."""

    day: int = Field(default=20, ge=1, le=31)
    hour: int = Field(default=9, ge=0, le=23)
    lock_day: int = Field(default=25, ge=1, le=31)

    def run_on(self, month: str) -> date:
        """The scheduled day of a month; its last day where the month is shorter."""
        return _day_of(month, self.day)

    def lock_on(self, month: str) -> date:
        """The day on which the payroll of a month is locked."""
        return _day_of(month, self.lock_day)


class Scope(_Section):
    """Bodies that pay their own people."""

    not_unified_pay: Texts = ()


class QuotaPool(_Section):
    """Quota approved to several bodies together: the ledger's account, whose it is, of which classes."""

    account: str = Field(min_length=1)
    name: str = ""
    members: Texts
    quota_types: Texts = ("Y",)


class LegalBasis(_Section):
    """Papers without which a kind of data may not be used; empty means not used."""

    detention: str = ""


def _database(value: object) -> object:
    from reports.web.settings import postgresql

    if isinstance(value, str) and value:
        try:
            postgresql(value)
        except UserError as error:
            raise ValueError(f"{error.what}；{error.remedy}") from error
    return value


def _address(value: object) -> object:
    try:
        return str(ip_address(value)) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("请写 IP 地址，例如 127.0.0.1；不能写网段或主机名") from None


def _header(value: object) -> object:
    if isinstance(value, str) and value:
        is_ours = _HEADER.fullmatch(value) is not None and not value.lower().startswith("x-forwarded-")
        if not is_ours:
            raise ValueError('请写以 X- 开头的请求头名称，例如 "X-Remote-User"；不用时写 ""')
    return value


Address = Annotated[str, BeforeValidator(_address)]


class CaseworkPlace(_Section):
    """Where decisions and judgements are kept; '' is the home's own file."""

    database: Annotated[str, BeforeValidator(_database)] = ""


class OfficePapers(_Section):
    """What stands on the papers of the office that runs this; no month depends on it."""

    name: str = ""
    joint: Texts = ("组织部", "财政局", "人力资源和社会保障局", "公安局")
    contact: str = ""
    phone: str = ""
    secrecy: str = ""
    reply_days: int = Field(default=10, ge=1, le=60)
    notice_days: int = Field(default=5, ge=5, le=60)
    basis: Texts = ()


class WebPages(_Section):
    """The web application; no month depends on it."""

    idle_minutes: int = Field(default=30, ge=5, le=480)
    judges: int = Field(default=1, ge=1, le=2)
    password_days: int = Field(default=90, ge=0, le=3650)
    trusted_header: Annotated[str, BeforeValidator(_header)] = ""
    trusted_proxies: Annotated[tuple[Address, ...], Field(strict=False)] = ("127.0.0.1", "::1")


class Guards(_Section):
    """Limits beyond which a delivery is not believed."""

    missing_people: int = Field(default=10, ge=0)
    missing_share: Share = Decimal("0.15")
    truncated_share: Share = Decimal("0.01")
    truncated_rows: int = Field(default=5, ge=1)
    as_of_spread_days: int = Field(default=31, ge=0)


class Settings(_Section):
    """Everything that an operator has set. What is dated holds only what was written."""

    format: Literal[1] = Field(alias="schema")
    engine: EngineName = DUCKDB
    spark: SparkPlace = SparkPlace()
    division: Division
    schedule: Schedule = Schedule()
    feeds: Mapping[str, Annotated[Cadence, BeforeValidator(_cadence)]] = Field(default_factory=dict)
    scope: Scope = Scope()
    pools: Annotated[tuple[QuotaPool, ...], Field(strict=False)] = ()
    legal_basis: LegalBasis = LegalBasis()
    guards: Guards = Guards()
    casework: CaseworkPlace = CaseworkPlace()
    office: OfficePapers = OfficePapers()
    web: WebPages = WebPages()
    retention: Retention = Retention()
    dagster: RunHistory = RunHistory()
    alerts: AlertSettings = AlertSettings()
    lag: Dated = Field(default_factory=dict)
    parameters: Dated = Field(default_factory=dict)
    policy: Dated = Field(default_factory=dict)
    demotions: Annotated[tuple[DemotedRule, ...], Field(strict=False)] = ()

    def lag_overrides(self) -> dict[str, object]:
        """Lag windows that this division set, for `checks.rules.parameters.lag_windows`."""
        return {name: as_overrides(periods) for name, periods in self.lag.items()}

    def parameter_overrides(self) -> dict[str, object]:
        """Parameters of rules that this division set, for `checks.rules.parameters.resolve`."""
        return {name: as_overrides(periods) for name, periods in self.parameters.items()}

    @property
    def demoted(self) -> tuple[Demotion, ...]:
        """Demotions of rules that this division decided on, for `checks.findings.demotion`."""
        return tuple(one.demotion for one in self.demotions)

    def policy_on(self, month: str) -> dict[str, DatedValue]:
        """How the division counts on the last day of a month, defaults included."""
        day = last_day(month)
        return {
            name: spec.default if (value := value_on(self.policy.get(name, ()), day)) is None else value
            for name, spec in dated_sections()["policy"].items()
        }

    def cadence(self, table: str) -> Cadence:
        """How often a table such as `police__verification` comes: its own entry, else its department's."""
        department = table.partition("__")[0]
        return self.feeds.get(table) or self.feeds.get(department) or Cadence.MONTHLY

    def is_expected(self, table: str, month: str) -> bool:
        """Whether a table is due in a month: monthly ones always, quarterly ones at quarter ends."""
        cadence = self.cadence(table)
        at_quarter_end = cadence is Cadence.QUARTERLY and month[5:7] in _QUARTER_ENDS
        return cadence is Cadence.MONTHLY or at_quarter_end

    def canonical(self) -> str:
        """The meaning of the settings as one text: comments, order and spelling leave it unchanged.

        Where casework is kept means nothing to a month: what stands in it is frozen by itself. Nor does what
        stands on the office's papers, nor how long it is kept, where it is computed, who is told of it.
        Without demotions the text is that of the time before there were any.
        """
        left_out = {"casework", "office", "web", "retention", "engine", "spark", "dagster", "alerts"}
        if not self.demotions:
            left_out |= {"demotions"}
        values = self.model_dump(mode="json", by_alias=True, exclude=left_out)
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def sha256(self) -> str:
        """Fingerprint of `canonical`, for a month's manifest."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def load_settings(path: Path, *, tables: Collection[str] | None = None) -> Settings:
    """Read and check `duibian.toml` wholly.

    Args:
        path: the file.
        tables: keys of the department tables, to check `[feeds]`; only the form is checked when not given.

    Raises:
        FileProblems: everything that is wrong, each with its line and what to do.
        UserError: the file cannot be read.
    """
    file = read_toml(path)
    values = dict(file.values)
    problems = list(_feed_problems(file, tables))
    for section, specs in dated_sections().items():
        values[section], faulty = _dated(file, section, specs)
        problems += faulty
    try:
        settings = Settings.model_validate(values)
        problems += _demotion_problems(file, settings.demotions)
    except ValidationError as error:
        problems += complaints(file, error, Settings)
    if problems:
        raise FileProblems(file.name, problems)
    return settings


def read_canonical(text: str) -> Settings:
    """The settings whose meaning `Settings.canonical` wrote down, as the archive keeps it."""
    return Settings.model_validate_json(text)


def write_default_settings(path: Path, *, code: str | None = None, name: str | None = None) -> None:
    """Write a commented `duibian.toml` with every default, replacing what is there."""
    write_atomically(path, default_settings(code, name).encode())


def _day_of(month: str, day: int) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, min(day, calendar.monthrange(year, number)[1]))


def _feed_problems(file: TomlFile, tables: Collection[str] | None) -> Iterator[Problem]:
    feeds = file.values.get("feeds")
    for key in feeds if isinstance(feeds, dict) else ():
        department, separator, table = key.partition("__")
        is_known = department in DEPARTMENTS and (
            not separator or (key in tables if tables is not None else table.isidentifier())
        )
        if not is_known:
            yield unknown_entry(file, ("feeds", key), (*DEPARTMENTS, *(tables or ())))


def _dated(
    file: TomlFile, section: str, specs: Mapping[str, DatedSpec]
) -> tuple[dict[str, tuple[Period, ...]], list[Problem]]:
    """The periods of every entry that one section sets."""
    written = file.values.get(section, {})
    if not isinstance(written, dict):
        line = file.lines.line((section,))
        return {}, [Problem(line, section, "应为一组设置", f"请写成单独一行 [{section}]，下面逐行写设置项")]
    found: dict[str, tuple[Period, ...]] = {}
    problems: list[Problem] = []
    for name, entry in written.items():
        path: KeyPath = (section, name)
        if name not in specs:
            problems.append(unknown_entry(file, path, specs))
            continue
        periods, faulty = _periods(file, path, entry)
        problems += faulty or _period_problems(file, path, specs[name], periods, isinstance(entry, list))
        found[name] = tuple(sorted(periods, key=lambda period: period.since or date.min))
    return found, problems


def _periods(file: TomlFile, path: KeyPath, entry: object) -> tuple[list[Period], list[Problem]]:
    if not isinstance(entry, list):
        return _validated(file, path, {"value": entry})
    periods: list[Period] = []
    problems: list[Problem] = []
    for position, part in enumerate(entry):
        good, bad = _validated(file, (*path, position), part)
        periods += good
        problems += bad
    return periods, problems


def _validated(file: TomlFile, path: KeyPath, entry: object) -> tuple[list[Period], list[Problem]]:
    try:
        return [Period.model_validate(entry)], []
    except ValidationError as error:
        return [], complaints(file, error, Period, path)


def _demotion_problems(file: TomlFile, demotions: Sequence[DemotedRule]) -> Iterator[Problem]:
    """Demotions of one rule that overlap."""
    for rule in dict.fromkeys(one.rule for one in demotions):
        places = [place for place, one in enumerate(demotions) if one.rule == rule]
        for fault in faults_between([demotions[place].period for place in places]):
            place = places[fault.position]
            line = file.lines.line(("demotions", place))
            yield Problem(line, f"demotions.第{place + 1}段", f"{rule} {fault.message}", fault.remedy)


def _period_problems(
    file: TomlFile, path: KeyPath, spec: DatedSpec, periods: Sequence[Period], is_list: bool
) -> list[Problem]:
    key = ".".join(map(str, path))
    problems = []
    for position, period in enumerate(periods):
        complaint = spec.complaint(period.value)
        if complaint:
            place = (*path, position, "value") if is_list else path
            remedy = f"{spec.label}，默认 {spec.default}；请改正或删去这一行"
            problems.append(Problem(file.lines.line(place), key, complaint, remedy))
    for fault in faults_between(periods):
        line = file.lines.line((*path, fault.position))
        problems.append(Problem(line, key, fault.message, fault.remedy))
    return problems
