"""Every page of the web application with an address that shows something, and who may look at it.

Screenshots, measurements and the browser tests go through the same table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.published import PublishedMonth, open_month
from reports.web.pages.pairs import pairs_of


@dataclass(frozen=True)
class WebPage:
    """One page.

    Attributes:
        view: its name in reports/web/urls.py.
        address: its path, with {number}, {person}, {unit}, {line}, {pair}, {payroll} to be filled in.
        role: code of a role that may open it.
        words: what it is called.
    """

    view: str
    address: str
    role: str
    words: str


FILLED = {
    "number": "select number from finding where status is distinct from 'refuted' and person_id is not null"
    " order by severity, amount_total desc nulls last, number limit 1",
    "person": "select person_id from finding where person_id is not null"
    " and status is distinct from 'refuted' order by severity, number limit 1",
    "unit": "select unit_id from finding where unit_id in (select unit_id from unit)"
    " and status is distinct from 'refuted' group by 1 order by count(*) desc, 1 limit 1",
    "draft": "select max(g.payroll_month) from gate g, (select max(month) as month from finding) m"
    " where g.payroll_month > m.month",
    "payroll": "select max(payroll_month) from gate",
    "line": "select row_uid from gate order by payroll_month desc, action = 'release', row_uid limit 1",
    "rule": "select rule_id from finding where status is distinct from 'refuted' group by 1"
    " order by abs(count(*) - 20), 1 limit 1",
}
PAGES = (
    WebPage("overview", "/?month={month}", "handler", "总览"),
    WebPage("findings", "/findings?month={month}", "handler", "疑点清单"),
    WebPage("finding", "/findings/{number}?month={month}", "handler", "疑点详情"),
    WebPage("bulk", "/findings/bulk?month={month}&rule={rule}&all=1", "handler", "批量办理"),
    WebPage("reply_entry", "/findings/replies?month={month}", "handler", "回执录入"),
    WebPage("people", "/people?month={month}", "handler", "人员"),
    WebPage("person", "/people/{person}?month={month}", "handler", "人员详情"),
    WebPage("bridge", "/bridge?month={month}", "handler", "三数对应"),
    WebPage("resolved", "/findings/resolved?month={month}", "handler", "本月消除"),
    WebPage("deliveries", "/deliveries?month={month}", "operator", "报送"),
    WebPage("gate", "/gate?month={month}&payroll={payroll}", "handler", "发放核对"),
    WebPage("gate_line", "/gate/lines/{line}?month={month}", "handler", "发放行"),
    WebPage("gate_changes", "/gate/changes?month={month}&payroll={payroll}", "finance", "变动有据"),
    WebPage("gate_papers", "/gate/papers?month={month}&payroll={payroll}", "finance", "文书与异议"),
    WebPage("gate_final", "/gate/final?month={month}&payroll={draft}", "finance", "核对定稿"),
    WebPage("gate_draft", "/gate/draft?month={month}", "finance", "提交草表"),
    WebPage("units", "/units?month={month}", "handler", "机构"),
    WebPage("unit", "/units/{unit}?month={month}", "handler", "机构详情"),
    WebPage("identity", "/identity?month={month}", "handler", "身份复核"),
    WebPage("pair", "/identity/{pair}?month={month}", "handler", "记录对"),
    WebPage("mapping", "/mapping?month={month}", "operator", "对照"),
    WebPage("audit", "/audit", "audit", "审计"),
    WebPage("accounts", "/accounts", "system_admin", "帐户"),
    WebPage("account", "/accounts/one?name=handler", "security_admin", "帐户详情"),
    WebPage("api_guide", "/api", "handler", "接口说明"),
    WebPage("password", "/password", "handler", "改密码"),
)
LOGIN = WebPage("login", "/login", "", "登录")
STATES = (
    WebPage("finding_waiting", "/findings/{waiting}?month={month}", "reviewer", "疑点详情，等待复核"),
    WebPage("finding_decided", "/findings/{decided}?month={month}", "handler", "疑点详情，已有结论"),
    WebPage("finding_asked", "/findings/{asked}?month={month}", "handler", "疑点详情，已发核实单"),
    WebPage("findings_empty", "/findings?month={month}&q=查无此人", "handler", "疑点清单，没有符合条件的"),
    WebPage("people_pattern", "/people?month={month}&presence=0__1_", "handler", "人员，财政有、编办没有"),
    WebPage("deliveries_one", "/deliveries?month={month}&department=finance", "operator", "报送，一个部门"),
    WebPage("gate_breaker", "/gate/breaker?month={month}&payroll={draft}&scope=", "finance", "熔断"),
    WebPage("pair_seen", "/identity/{judged}?month={month}", "handler", "记录对，已判断"),
    WebPage("audit_verified", "/audit?verify=1", "audit", "审计，核对校验链"),
    WebPage("first_password", "/", "newcomer", "首次登录改密码"),
    WebPage("no_right", "/accounts", "handler", "没有权限"),
    WebPage("no_month", "/?month=2001-01", "handler", "没有这个月份"),
)
"""Pages in a state that comes of a day's work (`bench.web_day`), by its name and not that of its view."""


@dataclass(frozen=True)
class Shown:
    """A page at its address."""

    page: WebPage
    address: str


def addresses(
    home: Path, month: str, pages: Sequence[WebPage] = PAGES, more: Mapping[str, str] | None = None
) -> list[Shown]:
    """The pages of a published month; those for which it has nothing are left out.

    Args:
        home: where it is published.
        month: YYYY-MM.
        pages: to be filled in.
        more: what is known besides, by name; it goes before what the month says.
    """
    with open_month(home, month) as opened:
        known = {**dict(_values(opened)), **(more or {})}
    shown = [Shown(LOGIN, LOGIN.address)] if pages is PAGES else []
    for page in pages:
        try:
            shown.append(Shown(page, page.address.format_map(known)))
        except KeyError:
            continue
    return shown


def _values(month: PublishedMonth) -> Iterator[tuple[str, str]]:
    yield "month", month.pointer.month
    for name, query in FILLED.items():
        found = month.sql(query)
        if found.height and found.item(0, 0) is not None:
            yield name, str(found.item(0, 0))
    for pair in pairs_of(month).pairs[:1]:
        yield "pair", pair.number
