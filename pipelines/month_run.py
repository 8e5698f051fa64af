"""One month about to be computed: its inputs taken together, and what each floor's steps need of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from assets.contracts.casework import PREFIX as CASEWORK_PREFIX
from assets.destroyed import destroyed_months
from assets.ledger.month import Month
from assets.ledger.quota import Pool
from assets.month import MonthSettings
from assets.published import Pointer, published_months, read_pointer
from assets.snapshots import as_of_dates, stale_tables
from checks.findings.build import DUE_DAYS_OTHERS
from checks.findings.demotion import demotions_on, refuse_unfit_demotions
from checks.gate.build import GateSettings
from checks.gate.draft import PayrollTerms
from checks.month import JudgementSettings
from checks.quality.result import QualityResult
from checks.quality.settings import QualitySettings
from checks.rules.catalog import catalogue_hash, load_catalog
from checks.rules.header import Rule
from checks.rules.parameters import lag_windows, resolve
from connectors.answers import (
    LABEL_FILE,
    UNIT_FILE,
    AnswerRows,
    LabelAnswers,
    UnitAnswers,
    read_label_answers,
    read_unit_answers,
)
from connectors.delivery import Expected, Reading, carried_tables
from connectors.errors import UserError
from connectors.issues import Issue, issues_frame, make_issue
from connectors.landing import Landing, land
from connectors.readers import UnreadableFile
from connectors.specs import Specs, load_specs
from connectors.store import RunStore
from pipelines.casework import freeze, keep_casework
from pipelines.department_work import DepartmentWork, department_work
from pipelines.drafts import with_draft
from pipelines.engine import Computed, computed_by
from pipelines.files import clear_unfinished
from pipelines.guard import StepGuard
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.manifest import (
    Manifest,
    Previous,
    delivered_files,
    keep_file,
    keep_landing,
    keep_text,
    keep_values,
)
from pipelines.marks import Marks, begun, steps_of_month, take_up
from pipelines.meta import meta_table
from pipelines.published_run import published_store
from pipelines.publishing import publish
from pipelines.report_request import report_request
from pipelines.settings import Settings, load_settings
from pipelines.working_days import WorkingDays, load_working_days

if TYPE_CHECKING:
    from assets.defs import Computing
    from checks.defs import Judging
    from reports.defs import Reporting

INDISPENSABLE = ("establishment", "finance")
NOT_DUE = "本月不报送"
DETENTION = "police__detention"
CALENDAR_BEFORE, CALENDAR_AFTER = timedelta(days=430), timedelta(days=200)


@dataclass(frozen=True)
class Answers:
    """What people filled into the label books."""

    labels: LabelAnswers
    units: UnitAnswers
    unit_rows: AnswerRows


@dataclass(frozen=True)
class MonthRun:
    """All that a run of one month is made from; see `prepare`."""

    home: Home
    month: Month
    settings: Settings
    specs: Specs
    rules: tuple[Rule, ...]
    days: WorkingDays
    answers: Answers
    landing: Landing
    manifest: Manifest
    without: Mapping[str, str]
    hands: Hands
    casework: Mapping[str, pl.DataFrame]

    @cached_property
    def guard(self) -> StepGuard:
        """Around the run's steps."""
        return StepGuard(lambda: self.marks)

    @cached_property
    def marks(self) -> Marks:
        """What a killed run of the same inputs has finished; asked first by `begin`.

        Nothing is taken away from a run that is published: somebody may be reading its tables.
        """
        begin = take_up if self.published() is None else begun
        return begin(self.store.folder, steps_of_month(self.specs))

    @cached_property
    def run(self) -> str:
        """The run's name: the hash of its inputs."""
        return self.manifest.run

    @cached_property
    def store(self) -> RunStore:
        """The run's own tables."""
        return RunStore(self.home.run_folder(self.month.text, self.run))

    @cached_property
    def computed(self) -> Computed:
        """Where the month is computed; no part of what it is."""
        return computed_by(self.settings, self.store.folder)

    @cached_property
    def earlier(self) -> RunStore | None:
        """The tables of the last published month before this one."""
        if self.manifest.previous is None:
            return None
        return published_store(self.home, self.manifest.previous.month)

    def published(self) -> Pointer | None:
        """The month's pointer, when it names exactly this run."""
        pointer = read_pointer(self.home.published, self.month.text)
        return pointer if pointer is not None and pointer.run == self.run else None

    def begin(self) -> None:
        """Make the run's folder ready: what a killed run finished stays, what it left half done goes."""
        self.clear_unfinished()
        self.computed.refuse_unfit()
        self.store.folder.mkdir(parents=True, exist_ok=True)
        is_begun_only = self.marks.finished.keys() != self.marks.steps.keys()
        self.manifest.write(self.store.folder)
        self.store.write("landing_issue", issues_frame(self.landing.issues))
        for name, frame in self.casework.items():
            self.store.write(CASEWORK_PREFIX + name, frame)
        if is_begun_only:
            self.hands.start()
        self.work.begin()

    def clear_unfinished(self) -> None:
        """Remove what killed runs left half written where people look; the home's lock is held."""
        for folder in (self.home.published, self.home.report_folder(self.month.text), self.home.mapping):
            clear_unfinished(folder)

    def end(self) -> None:
        """Let nothing go on that the run has begun."""
        self.work.end()
        self.computed.end()

    def checked(self) -> list[QualityResult]:
        """The quality of what was delivered; then the processes beside have done their part."""
        results = self.work.check()
        self.hands.stop()
        return results

    @cached_property
    def work(self) -> DepartmentWork:
        """The departments' files read and their rows typed."""
        return department_work(
            self.hands, self.reading(), self.answers.labels, self.month, self.quality(), self.marks
        )

    @cached_property
    def expected(self) -> Expected:
        """What must be delivered this month, and what may be absent."""
        return expected(self.specs, self.settings, self.month.text, self.without)

    def carried(self) -> dict[str, str]:
        """Department → the latest month whose snapshot stands for a delivery that did not come."""
        found: dict[str, str] = {}
        for table, month in carried_tables(self.store).select("table", "month").iter_rows():
            department = table.partition("__")[0]
            found[department] = max(found.get(department, month), month)
        return found

    def undelivered(self) -> tuple[str, ...]:
        """Departments of which a required table was not delivered this month."""
        fresh = {name.removeprefix("raw_") for name in self.store.names("raw_") if "__" in name}
        fresh -= set(carried_tables(self.store)["table"])
        return tuple(
            dict.fromkeys(
                group[0].partition("__")[0] for group in self.expected.required if not fresh & set(group)
            )
        )

    def stale(self) -> frozenset[str]:
        """Departments whose required tables, or all of whose tables, are of an earlier month; old tables.

        Old are those due each month whose data lag behind the others, by the days of rule D09.
        """
        needed = {group[0].partition("__")[0] for group in self.expected.required}
        due = {table for group in self.expected.required for table in group}
        ages = {table: day for table, day in as_of_dates(self.store).items() if table in due}
        most_days = int(str(self._parameters["d09_spread_days"]))
        old = stale_tables(ages, self.month.end, most_days)
        return frozenset(self.undelivered()) | (self.carried().keys() - needed) | old

    @cached_property
    def _parameters(self) -> Mapping[str, object]:
        return resolve(self.settings.parameter_overrides(), self.month.text)

    def reading(self) -> Reading:
        """For floor 1."""
        return Reading(
            store=self.store,
            earlier=self.earlier,
            specs=self.specs,
            deliveries=self.landing.deliveries,
            archive=self.home.archive,
            month=self.month.text,
            next_month=self.month.next.text,
            run=self.run,
            expected=self.expected,
            allowed=frozenset({DETENTION} if self.settings.legal_basis.detention else ()),
        )

    def computing(self) -> Computing:
        """For floor 2."""
        from assets.defs import Computing

        division = self.settings.division
        days = self.days.rows(self.month.start - CALENDAR_BEFORE, self.month.end + CALENDAR_AFTER)
        return Computing(
            store=self.store,
            earlier=self.earlier,
            specs=self.specs,
            stage=self.work.stage,
            settings=MonthSettings(
                month=self.month,
                division=division.code,
                regions=(division.name, *division.aliases),
                pools=[Pool(p.account, p.members, p.quota_types) for p in self.settings.pools],
                unit_answers=self.answers.units,
                answer_rows=self.answers.unit_rows,
                calendar=pl.DataFrame(list(days), schema={"day": pl.Date, "is_working": pl.Boolean}),
                home_key=self.home.key(),
                not_unified_pay=self.settings.scope.not_unified_pay,
                awaiting_retirement_occupies=bool(
                    self.settings.policy_on(self.month.text)["awaiting_retirement_occupies_quota"]
                ),
                compare=self.computed.compare,
            ),
        )

    def judging(self) -> Judging:
        """For floor 3."""
        from checks.defs import Judging

        return Judging(
            month=self.month,
            store=self.store,
            earlier=self.earlier,
            specs=self.specs,
            deliveries=self.landing.deliveries,
            carried=self.carried,
            raw_of=self.raw_of,
            check_quality=self.checked,
            settings=self._judgement,
            gate=self._gate,
            publish=lambda: publish(self),
        )

    def quality(self) -> QualitySettings:
        """Thresholds of the quality step."""
        guards = self.settings.guards
        return QualitySettings(
            missing_share=float(guards.missing_share),
            missing_least=guards.missing_people,
            truncated_share=float(guards.truncated_share),
            truncated_least=guards.truncated_rows,
            stale_days=guards.as_of_spread_days,
            not_unified_pay=tuple(self.settings.scope.not_unified_pay),
        )

    def _judgement(self) -> JudgementSettings:
        return JudgementSettings(
            month=self.month,
            division=self.settings.division.code,
            rules=self.rules,
            parameters=self._parameters,
            lags=lag_windows(self.settings.lag_overrides(), self.month.text),
            schedule_on=self.settings.schedule.run_on(self.month.text),
            stale=self.stale(),
            demoted=demotions_on(self.settings.demoted, self.month.end),
            engine=self.computed.engine,
        )

    def _gate(self) -> GateSettings:
        labels = {department.key: department.label for department in self.specs.departments}
        return GateSettings(
            judgement=self._judgement(),
            paid=self._terms(self.month),
            next_paid=self._terms(self.month.next),
            incomplete=tuple(labels[key] for key in self.undelivered()),
        )

    def _terms(self, month: Month) -> PayrollTerms:
        """What holds for the payroll of a month."""
        return PayrollTerms(
            month=month,
            parameters=resolve(self.settings.parameter_overrides(), month.text),
            lags=lag_windows(self.settings.lag_overrides(), month.text),
            lock_on=self.settings.schedule.lock_on(month.text),
            demoted=demotions_on(self.settings.demoted, month.end),
        )

    def raw_of(self, run: str, table: str) -> pl.LazyFrame | None:
        """Raw rows of a run ("2026-09/0123…"); of a carried table also where its own run is gone."""
        origin = RunStore(self.home.run_folder(*run.split("/")))
        for store in (origin, self.store):
            if store.has(f"raw_{table}"):
                return store.scan(f"raw_{table}")
        return None

    def reporting(self) -> Reporting:
        """For floor 4."""
        from reports.defs import Reporting

        return Reporting(
            home=self.home.root,
            month=self.month.text,
            place=self.settings.division.name,
            store=self.store,
            specs=self.specs,
            folder=self.home.report_folder(self.month.text),
            mapping=self.home.mapping,
            request=lambda: report_request(self.home, [self.month.text], settings=self.settings),
        )

    def meta(self) -> pl.DataFrame:
        """Table `meta`."""
        return meta_table(self)


def prepare(
    home: Home,
    month: str,
    without: Mapping[str, str] | None = None,
    hands: Hands | None = None,
    draft: Path | None = None,
) -> MonthRun:
    """Take in everything that a month is computed from.

    Args:
        home: the home folder; its lock is held by the caller.
        month: YYYY-MM.
        without: department key → why it may be missing.
        hands: those that work beside this one; new ones when None.
        draft: a draft of the next payroll that does not lie in the inbox.

    Raises:
        UserError: settings, calendar, rules, label books or inbox are not in order.
    """
    excused = dict(without or {})
    specs = load_specs(home.mapping)
    _refuse_without(excused, specs)
    settings = load_settings(home.settings, tables=specs.tables)
    rules = load_catalog(home.rules)
    refuse_unfit_demotions(settings.demoted, rules)
    answers, issues = _answers(home, specs)
    folders = {folder: d.key for d in specs.departments for folder in d.folders}
    casework = freeze(home, settings)
    landed = with_draft(land(home.inbox_month(month), home.archive, folders), home, month, draft)
    days = load_working_days(home.calendar)
    landing = Landing(landed.deliveries, (*landed.issues, *issues, *_calendar_issues(days, settings, month)))
    manifest = Manifest(
        month=month,
        files=delivered_files(landing.deliveries),
        without=dict(sorted(excused.items())),
        settings=keep_text(settings.canonical(), home.archive),
        answers=keep_values(
            {
                "labels": sorted([*key, code] for key, code in answers.labels.items()),
                "units": sorted([*key, list(bodies)] for key, bodies in answers.units.items()),
                "unit_rows": sorted([*key, row] for key, row in answers.unit_rows.items()),
            },
            home.archive,
        ),
        inputs=_inputs(home),
        catalogue=catalogue_hash(rules),
        program=version("duibian"),
        home_key=hashlib.sha256(home.key()).hexdigest(),
        previous=_previous(home, month),
        casework=keep_casework(casework, home.archive),
        landing=keep_landing(landing, home.archive),
    )
    keep_text(manifest.canonical(), home.archive)
    return MonthRun(
        home=home,
        month=Month(month),
        settings=settings,
        specs=specs,
        rules=rules,
        days=days,
        answers=answers,
        landing=landing,
        manifest=manifest,
        without=excused,
        hands=hands or Hands(),
        casework=casework,
    )


def waiting_months(home: Home, month: str) -> list[str]:
    """Months before `month` that have files and were never published, in order."""
    done = {*published_months(home.published), *destroyed_months(home.published)}
    return [one for one in home.inbox_months() if one < month and one not in done]


def expected(specs: Specs, settings: Settings, month: str, without: Mapping[str, str]) -> Expected:
    """What must be delivered in a month, and what may be absent and why."""
    required: list[tuple[str, ...]] = [(table.key,) for table in specs.tables.values() if table.required]
    required.append(("police__verification", "police__residency"))
    excused = {
        key: without.get(table.department, NOT_DUE)
        for key, table in specs.tables.items()
        if table.department in without or not settings.is_expected(key, month)
    }
    always = {table for group in required for table in group if table.partition("__")[0] in INDISPENSABLE}
    return Expected(tuple(required), {key: why for key, why in excused.items() if key not in always})


def _refuse_without(without: Mapping[str, str], specs: Specs) -> None:
    for department in INDISPENSABLE:
        if department in without:
            label = specs.department(department).label
            raise UserError(
                f"不能缺少{label}的数据：没有它，名单无从比对",
                where="--without",
                remedy=f"请催{label}报送后再运行",
            )


def _answers(home: Home, specs: Specs) -> tuple[Answers, tuple[Issue, ...]]:
    """What people filled in, and the issues of answers that mean nothing."""
    try:
        labels, label_issues = read_label_answers(home.mapping / LABEL_FILE, specs)
        units, unit_rows, unit_issues = read_unit_answers(home.mapping / UNIT_FILE, specs)
    except UnreadableFile as error:
        raise UserError(error.what, where="mapping", remedy=error.remedy) from error
    return Answers(labels, units, unit_rows), (*label_issues, *unit_issues)


def _calendar_issues(days: WorkingDays, settings: Settings, month: str) -> tuple[Issue, ...]:
    """That deadlines of the month were counted by weekends alone, where the year's days off are not known."""
    last_due = days.add(settings.schedule.run_on(month), DUE_DAYS_OTHERS)
    if not days.warning(last_due):
        return ()
    return (make_issue("calendar_unknown", file="calendar.toml", year=last_due.year),)


def _inputs(home: Home) -> dict[str, str]:
    """Files of the home that a month depends on, archived, by their path in the home."""
    files = [home.calendar, *sorted(home.rules.glob("*")), *sorted(home.mapping.glob("*.toml"))]
    return {
        path.relative_to(home.root).as_posix(): keep_file(path, home.archive)
        for path in files
        if path.is_file() and path.suffix in (".toml", ".sql")
    }


def _previous(home: Home, month: str) -> Previous | None:
    earlier = [one for one in published_months(home.published) if one < month]
    if not earlier:
        return None
    pointer = read_pointer(home.published, earlier[-1])
    return Previous(earlier[-1], pointer.content_sha256) if pointer is not None else None
