"""Telling: each matter once by each channel, written down, and never a reason for anything else to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from connectors.exclusive import exclusive
from pipelines.alerts.alert import Alert, Kind
from pipelines.alerts.channels import NotSent, post, send_mail
from pipelines.alerts.record import SENT, Attempt, append, attempts, record_file
from pipelines.home import Home
from pipelines.settings import Settings

LOG, MAIL, WEBHOOK = "log", "mail", "webhook"
NAMES = {LOG: "日志", MAIL: "邮件", WEBHOOK: "网络钩子"}
MOST_ATTEMPTS = 5
"""After so many a message is not tried again."""
_STALE = timedelta(days=3)
_GUARD_SECONDS = 90.0


@dataclass(frozen=True)
class Told:
    """What came of telling one alert: channel → `SENT` or why not; nothing where it was told before."""

    alert: Alert
    channels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether no channel failed."""
        return all(said == SENT for said in self.channels.values())

    def lines(self) -> Iterator[str]:
        """What a person at the keyboard is told of it."""
        sent = [NAMES[name] for name, said in self.channels.items() if said == SENT]
        if sent:
            yield f"已提醒（{'、'.join(sent)}）：{self.alert.title}"
        for name, said in self.channels.items():
            if said != SENT:
                yield f"提醒没有发出（{NAMES.get(name, name)}）：{said}"


def channels_of(settings: Settings) -> tuple[str, ...]:
    """The channels that are set; the log is one as soon as any is."""
    known = settings.alerts
    on = {LOG: known.is_on, MAIL: known.mail.is_on, WEBHOOK: known.webhook.is_on}
    return tuple(name for name, is_on in on.items() if is_on)


def tell(home: Home, settings: Settings, alert: Alert, at: datetime) -> Told:
    """Tell it by every channel that has not had this matter yet; whatever goes wrong is said, not raised."""
    wanted = channels_of(settings)
    if not wanted:
        return Told(alert)
    try:
        with exclusive(record_file(home).with_suffix(".guard"), timeout=_GUARD_SECONDS):
            return _tell(home, settings, alert, at, wanted)
    except Exception as error:  # a run does not fail because somebody could not be told of it
        return Told(alert, {LOG: f"提醒记录写不进去（{type(error).__name__}）"})


def tell_again(home: Home, settings: Settings, at: datetime) -> list[Told]:
    """Try once more what some channel did not take lately."""
    wanted = set(channels_of(settings))
    found: dict[str, Attempt] = {}
    missing: dict[str, set[str]] = {}
    for attempt in attempts(home):
        matter = attempt.alert.matter
        found.setdefault(matter, attempt)
        missing[matter] = (missing.get(matter, set()) | attempt.failed.keys()) - attempt.sent
    told = [
        tell(home, settings, first.alert, at)
        for matter, first in found.items()
        if missing[matter] & wanted
        and first.alert.kind is not Kind.TRIAL
        and at - datetime.fromisoformat(first.at) < _STALE
    ]
    return [one for one in told if one.channels]


def _tell(home: Home, settings: Settings, alert: Alert, at: datetime, wanted: tuple[str, ...]) -> Told:
    before = [one for one in attempts(home) if one.alert.matter == alert.matter]
    done = frozenset[str]().union(*(one.sent for one in before))
    due = [name for name in wanted if name not in done]
    if not due or len(before) >= MOST_ATTEMPTS:
        return Told(alert)
    heading = f"［对编·{settings.division.name}］"
    outward = {MAIL: send_mail, WEBHOOK: post}
    channels = {
        name: _said(partial(outward[name], alert, heading, at, settings.alerts, home.root))
        if name in outward
        else SENT
        for name in due
    }
    append(home, Attempt(at.isoformat(timespec="seconds"), alert, channels))
    return Told(alert, channels)


def _said(send: Callable[[], None]) -> str:
    try:
        send()
    except NotSent as error:
        return str(error)
    except Exception as error:  # as in `tell`: the other channel still has its turn
        return f"没有发出（{type(error).__name__}）"
    return SENT
