"""What locust runs: people who read, and people who decide. Started by `bench.web`, which makes the plan.

The plan (`BENCH_WEB_PLAN`, JSON) has a cookie for everybody, the pages to read with their names, and for each
decider the findings that are his. Every answer goes to `BENCH_WEB_ANSWERS`, a line each.
"""

from __future__ import annotations

import html
import itertools
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

from locust import HttpUser, events, task

PLAN: dict[str, Any] = json.loads(Path(os.environ["BENCH_WEB_PLAN"]).read_text("utf-8"))
EVERY = 5.0
_READERS, _DECIDERS = itertools.count(), itertools.count()
_HIDDEN = re.compile(r'<form class="panel" id="decide".*?</form>', re.S)
_FIELD = re.compile(r'name="(csrfmiddlewaretoken|hash|known)" value="([^"]*)"')
_FAULT = re.compile(r"没有保存：([^<]*)")
_ANSWERS = Path(os.environ["BENCH_WEB_ANSWERS"])


def note(**what: Any) -> None:
    """One line of what happened."""
    with _ANSWERS.open("a", encoding="utf-8") as answers:
        answers.write(json.dumps({"at": time.time(), **what}, ensure_ascii=False) + "\n")


@events.request.add_listener
def answered(name: str, response_time: float, response: Any, exception: Any, **_: Any) -> None:
    """A request has been answered, or was not."""
    status = getattr(response, "status_code", 0)
    note(kind="answer", page=name, ms=response_time, status=status, fault=str(exception or ""))


class Paced(HttpUser):
    """Does something every five seconds, each in a moment of its own.

    locust's own pacing counts from the moment at which everybody was made: all would ask at once, every time.
    """

    abstract = True

    def begin(self, luck: random.Random) -> None:
        """Wait for one's own moment."""
        time.sleep(luck.uniform(0, EVERY))
        self.next_at = time.monotonic()

    def wait_time(self) -> float:
        """Seconds until the next one is due."""
        self.next_at += EVERY
        return max(0.0, self.next_at - time.monotonic())


class Reader(Paced):
    """Looks at a page every five seconds: lists above all."""

    fixed_count = PLAN["readers"]

    def on_start(self) -> None:
        place = next(_READERS)
        self.client.cookies.set("sessionid", PLAN["cookies"][place])
        self.luck = random.Random(place)
        self.begin(self.luck)

    @task
    def look(self) -> None:
        page = self.luck.choice(PLAN["pages"])
        address = self.luck.choice(page["addresses"])
        with self.client.get(
            address, name=page["name"], allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code} {address}")


class Decider(Paced):
    """Works through a queue of his own: looks, concludes, goes on."""

    fixed_count = PLAN["deciders"]

    def on_start(self) -> None:
        place = next(_DECIDERS)
        self.client.cookies.set("sessionid", PLAN["cookies"][PLAN["readers"] + place])
        self.queue = iter(PLAN["queues"][place])
        self.begin(random.Random(PLAN["readers"] + place))

    @task
    def decide(self) -> None:
        number = next(self.queue, None)
        if number is None:
            return
        address = f"/findings/{number}?month={PLAN['month']}"
        with self.client.get(address, name="finding, to decide", catch_response=True) as shown:
            form = _HIDDEN.search(shown.text)
            if shown.status_code != 200 or not form:
                shown.failure(f"{shown.status_code} {number}")
                return
        fields = {name: html.unescape(value) for name, value in _FIELD.findall(form[0])}
        given = {**fields, "verdict": "confirmed", "reason": f"已电话核实 {number}", "paper": "", "until": ""}
        with self.client.post(
            f"/findings/{number}/decision?month={PLAN['month']}",
            data=given,
            name="decision",
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code == 302:
                note(kind="decision", number=number)
            else:
                why = _FAULT.search(answer.text)
                answer.failure(f"{answer.status_code} {number} {why[1] if why else ''}")
