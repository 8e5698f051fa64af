"""What templates write of values: nothing that somebody delivered becomes markup."""

from __future__ import annotations

from reports.web.pages.templatetags.duibian import cells


def test_cells_say_what_is_there_and_how_it_differs() -> None:
    said = cells([("甲", "df"), ("", ""), ("<b>'&", "vr")])
    assert said == '<td class="df">甲</td><td>—</td><td class="vr">&lt;b&gt;&#x27;&amp;</td>'
