from pathlib import Path
from typing import Any

import pytest

PAGE = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}">
<style>td {{color: red}}</style></head><body>
<table border="1"><thead><tr><th colspan="2">统发工资表</th></tr></thead>
<tr><td rowspan="2">甲 </td><td>张三<br>丁</td></tr>
<tr style="display: none"><td>6227&amp;24</td></tr>
<tr><td>&nbsp;</td><td>  </td></tr>
<tr><td>乙<td>李
 四
</table></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"), [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("GBK", "gb18030")]
)
def test_a_web_page_that_calls_itself_xls(tmp_path: Path, sheet: Any, charset: Any, encoding: Any) -> None:
    (tmp_path / "工资.xls").write_bytes(PAGE.format(charset=charset).encode(encoding))
    found = sheet(tmp_path / "工资.xls")
    assert found.name == "工资"
    assert found.cells.rows() == [
        ("统发工资表", None),
        ("甲", "张三\n丁"),
        (None, "6227&24"),
        ("\u00a0", None),
        ("乙", "李 四"),
    ]
    assert found.merged == ((0, 0, 0, 1), (1, 0, 2, 0))
    assert found.hidden_rows == {3}
    assert found.n_rows_counted == 4


def test_each_outermost_table_is_a_sheet(tmp_path: Path, sheets: Any) -> None:
    (tmp_path / "a.xls").write_text(
        "<table><tr><td>甲<table><tr><td>内</td></tr></table></td></tr></table>"
        "<table><tr><td>乙</td></tr><tr></tr></table>",
        encoding="utf-8",
    )
    assert [(s.name, s.n_rows_counted) for s in sheets(tmp_path / "a.xls")] == [
        ("a（表1）", 1),
        ("a（表2）", 1),
    ]


def test_a_page_without_a_table_is_refused(tmp_path: Path, trouble: Any) -> None:
    (tmp_path / "a.xls").write_text("<html><body>会话超时，请重新登录</body></html>", encoding="utf-8")
    assert trouble(tmp_path / "a.xls").code == "unsupported"
