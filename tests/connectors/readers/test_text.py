import codecs
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.readers.text_count import count_filled_records

TEXT = '姓名,身份证号,备注\r\n张三,\'622724196503120017,"一,二"\r\n李四,,\r\n'
ROWS = [
    ("姓名", "身份证号", "备注"),
    ("张三", "'622724196503120017", "一,二"),
    ("李四", None, None),
]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8-bom", "gb18030", "utf-16-le", "utf-16-be", "utf-16-le-bare", "utf-16-be-bare"],
)
def test_each_encoding_gives_the_same_cells(tmp_path: Path, sheet: Any, data: Any) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(data)
    found = sheet(path)
    assert found.name == "名单"
    assert found.cells.rows() == ROWS
    assert found.kinds.row(1) == ("t", "t", "t")
    assert found.n_rows_counted == 3


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
def test_each_delimiter_is_found(tmp_path: Path, sheet: Any, delimiter: Any) -> None:
    lines = ["云岭县统发工资表", delimiter.join(("姓名", "应发")), delimiter.join(("张三", "12.50"))]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    assert sheet(tmp_path / "a.txt").cells.rows() == [
        ("云岭县统发工资表", None),
        ("姓名", "应发"),
        ("张三", "12.50"),
    ]


def test_money_with_commas_does_not_split_a_tabbed_table(tmp_path: Path, sheet: Any) -> None:
    (tmp_path / "a.txt").write_text("甲\t1,234.00\t5,678.00\n乙\t2,234.00\t6,678.00\n", encoding="utf-8")
    assert sheet(tmp_path / "a.txt").cells.width == 3


def test_tab_text_that_calls_itself_xls(tmp_path: Path, sheet: Any) -> None:
    (tmp_path / "工资.xls").write_bytes("姓名\t应发\r\n张三\t12\r\n".encode("gbk"))
    assert sheet(tmp_path / "工资.xls").cells.rows() == [("姓名", "应发"), ("张三", "12")]


def test_ragged_rows_lose_nothing_and_blank_lines_keep_their_place(tmp_path: Path, sheet: Any) -> None:
    (tmp_path / "a.csv").write_text("a\n1,2,3\n\n, ,\nb,c\n\n\n", encoding="utf-8")
    found = sheet(tmp_path / "a.csv")
    assert found.cells.rows() == [
        ("a", None, None), ("1", "2", "3"), (None, None, None), (None, " ", None), ("b", "c", None),
    ]  # fmt: skip
    assert found.n_rows_counted == 3


def test_a_line_end_inside_quotes_is_part_of_the_cell(tmp_path: Path, sheet: Any) -> None:
    (tmp_path / "a.csv").write_text('姓名,备注\n张三,"一\n\n二 ""引"""\n李四,5"屏\n', encoding="utf-8")
    found = sheet(tmp_path / "a.csv")
    assert found.cells.rows() == [("姓名", "备注"), ("张三", '一\n\n二 "引"'), ("李四", '5"屏')]
    assert found.n_rows_counted == 3


def test_the_name_as_delivered_names_the_sheet_of_an_archive_copy(tmp_path: Path, sheet: Any) -> None:
    (tmp_path / "0f3a").write_text("a,b\n", encoding="utf-8")
    assert sheet(tmp_path / "0f3a", name="公安/身份核验返回表.csv").name == "身份核验返回表"


@pytest.mark.parametrize("where", ["middle", "end"])
def test_an_unpaired_quote_swallows_no_rows(tmp_path: Path, trouble: Any, where: Any) -> None:
    lines = ["姓名,备注", *(f"张{n},x" for n in range(200))]
    lines[10] = '"张十,x'
    if where == "middle":
        lines[150] = 'x",y'
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    error = trouble(tmp_path / "a.csv")
    assert error.code == "unpaired_quote"
    assert "第 11 行" in error.message


def test_undecodable_text_is_reported_with_its_position(tmp_path: Path, trouble: Any) -> None:
    sound = "姓名,单位\n张三,县委办\n".encode()
    (tmp_path / "a.csv").write_bytes(sound + "李四,".encode() + b"\xff\xfe\n")
    error = trouble(tmp_path / "a.csv")
    assert error.code == "undecodable"
    assert f"第 {len(sound) + 8} 字节处（第 3 行）" in error.message


def test_utf8_cut_in_a_character_is_not_taken_for_gb18030(tmp_path: Path, trouble: Any) -> None:
    (tmp_path / "a.csv").write_bytes("姓名,单位\n张三,县委办".encode()[:-1])
    assert "UTF-8" in trouble(tmp_path / "a.csv").message


def test_a_file_in_two_encodings_is_refused(tmp_path: Path, trouble: Any) -> None:
    (tmp_path / "a.csv").write_bytes("姓名,单位,职务\n".encode() + "张三,县委办,主任\n".encode("gbk"))
    assert trouble(tmp_path / "a.csv").code == "undecodable"


@given(
    st.lists(st.lists(st.text(alphabet='a" ,\n\r\t　张', max_size=5), max_size=4), max_size=8),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_the_second_count_agrees_with_what_was_written(rows: Any, quoting: Any) -> None:
    sink = io.StringIO(newline="")
    csv.writer(sink, quoting=quoting).writerows(rows)
    expected = sum(any(cell.strip() for cell in row) for row in rows)
    assert count_filled_records(sink.getvalue(), ",") == expected
