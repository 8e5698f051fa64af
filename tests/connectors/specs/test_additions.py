from __future__ import annotations

from pathlib import Path

import pytest

from connectors.specs import SpecError, load_specs


def _write(folder: Path, text: str, name: str = "本县.toml", encoding: str = "utf-8") -> Path:
    folder.joinpath(name).write_bytes(text.encode(encoding))
    return folder


def test_a_vendor_adds_a_synonym_a_column_and_a_table(tmp_path: Path) -> None:
    folder = _write(
        tmp_path,
        """
department = "finance"
[table.payroll.columns]
gross = { synonyms = ["本月应领"], vendor = "F001" }
field_allowance = { label = "野外津贴", kind = "money", item = "allowance" }
[table.loan]
label = "周转金表"
names = "person"
key = ["id_no"]
recognise = ["amount"]
[table.loan.columns]
name = { label = "姓名", kind = "name" }
id_no = { label = "身份证号", kind = "id" }
amount = { label = "周转金", kind = "money" }
""",
    )
    specs = load_specs(folder)
    payroll = specs.table("finance__payroll")
    assert payroll.headers[specs.normaliser.exact("本月应领")].column == "gross"
    assert payroll.headers["F001"].column == "gross"
    assert payroll.column("field_allowance").item == "allowance"
    assert specs.table("finance__payroll_draft").column("field_allowance").label == "野外津贴"
    assert specs.table("finance__loan").label == "周转金表"
    loan = specs.table("finance__loan")
    assert loan.headers[specs.normaliser.exact("公民身份号码")].column == "id_no"


def test_additions_do_not_touch_the_shipped_specs(tmp_path: Path) -> None:
    folder = _write(
        tmp_path, '[codes.organisation_quota_type]\nX1 = ["1"]\n[codes.quota_type]\nY1 = ["县聘"]'
    )
    added = load_specs(folder)
    assert added.lookup("organisation_quota_type", "1") == "X1"
    assert added.lookup("organisation_quota_type", "县聘") == "Y1"
    assert load_specs().lookup("quota_type", "县聘") is None


def test_an_operators_own_mapping_ends_an_ambiguity(tmp_path: Path) -> None:
    specs = load_specs(_write(tmp_path, '[codes.quota_type]\nX1 = ["行政"]'))
    assert specs.lookup("quota_type", "行政") == "X1"
    assert specs.candidates("quota_type", "行政") == ()
    assert specs.lookup("organisation_quota_type", "行政") == "X1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_saved_by_notepad_is_read(tmp_path: Path, encoding: str) -> None:
    text = '[headers]\r\n"姓名" = ["职工称谓"]\r\n'
    specs = load_specs(_write(tmp_path, text, encoding=encoding))
    table = specs.table("establishment__roster")
    assert table.headers[specs.normaliser.exact("职工称谓")].column == "name"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('department = "finance"\n[table.payroll]\nlabel = "别的名字"', "只能增加"),
        ('department = "finance"\n[table.payroll.columns]\ngross = { kinds = "money" }', "不认识的键"),
        ('department = "finance"\n[table.payroll.columns]\nnew_one = { label = "新列" }', "缺少这个键"),
        ('department = "finance"\n[table.x]\nlabel="某表"\nnames="person"\nkey=["nothing"]', "没有列"),
        ('department = "police2"\n[table.x]\nlabel="某表"', "department 应为"),
        ('[codes.quota_type]\nX2 = ["事业编制"]', "同时属于"),
        ('colour = "red"', "不认识的键"),
        ("label = ", "写法有误"),
        (
            'department = "finance"\n[table.payroll.columns]\nx = { label = "实发", kind = "money" }',
            "已经属于",
        ),
    ],
)
def test_a_mistake_names_the_file_and_the_key_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_specs(_write(tmp_path, text))
    assert "本县.toml" in str(caught.value)
    assert said in str(caught.value)
    assert "处理：" in str(caught.value)


def test_a_folder_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert load_specs(tmp_path / "none") is load_specs()
