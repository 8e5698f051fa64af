from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from connectors.specs import Specs, load_specs

TABLES = {
    "establishment": [
        "unit",
        "section",
        "ledger",
        "roster",
        "departure",
        "permit",
        "entry",
        "exit",
        "document",
        "ceiling",
        "contract_staff",
        "exemption",
    ],
    "organisation": ["unit", "cadre", "post", "rank"],
    "personnel": [
        "staff",
        "wage_approval",
        "pension_member",
        "pension_payee",
        "retirement",
        "absence",
        "sanction",
        "probation",
    ],
    "finance": ["agency", "person", "payroll", "payroll_draft", "budget", "card_owner"],
    "police": ["verification", "residency", "id_change", "detention"],
    "civil": ["death"],
    "other": [
        "court",
        "enterprise",
        "wage_standard",
        "benefit",
        "contract_ceiling",
        "norm",
        "publicity",
        "annual_review",
        "attendance",
        "upward_return",
        "body_list",
        "rank_quota",
    ],
}
REQUIRED = {
    "establishment__unit",
    "establishment__ledger",
    "establishment__roster",
    "organisation__cadre",
    "organisation__post",
    "personnel__staff",
    "finance__agency",
    "finance__person",
    "finance__payroll",
}
HEADERS = tomllib.loads((Path(__file__).parent / "domain_headers.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs()


def test_every_table_of_the_design_is_there(specs: Specs) -> None:
    assert {d.key: [t.name for t in d.tables] for d in specs.departments} == TABLES
    assert {key for key, table in specs.tables.items() if table.required} == REQUIRED
    assert [key for key, table in specs.tables.items() if table.off] == ["police__detention"]


@pytest.mark.parametrize("key", sorted(HEADERS))
def test_every_header_of_the_domain_is_found(specs: Specs, key: str) -> None:
    table = specs.table(key)
    for header, column in HEADERS[key].items():
        hit = table.headers.get(specs.normaliser.exact(header))
        found = hit.column if hit else table.bare_headers.get(specs.normaliser.bare(header))
        assert found == column, (key, header, found)


def test_the_draft_has_the_columns_of_the_payroll(specs: Specs) -> None:
    draft, payroll = specs.table("finance__payroll_draft"), specs.table("finance__payroll")
    assert draft.columns == payroll.columns
    assert draft.same_columns_as == "finance__payroll"


def test_every_code_column_has_a_list_and_every_label_its_code(specs: Specs) -> None:
    for table in specs.tables.values():
        for column in table.columns:
            assert (column.codes is not None) == (column.kind in ("code", "bool")), (table.key, column.name)
    for codes in specs.code_lists.values():
        for code, labels in codes.labels.items():
            assert labels, (codes.name, code)
            assert codes.lookup(labels[0]) == code, (codes.name, code, labels[0])


def test_a_row_key_names_what_the_row_is_about(specs: Specs) -> None:
    for table in specs.tables.values():
        assert set(table.row_key) <= set(table.column_names), table.key
        assert table.names == "row" or table.named_by, table.key


@pytest.mark.parametrize(
    ("code_list", "label", "code"),
    [
        ("quota_type", "行政编制", "X1"),
        ("quota_type", "政法专项编制", "X2"),
        ("quota_type", "行政附属编制", "X3"),
        ("quota_type", "事业编制", "Y"),
        ("quota_type", "全额事业", "Y1"),
        ("quota_type", "自收自支", "Y3"),
        ("quota_type", " 事业编制（参公） ", "YC"),
        ("quota_type", "劳务派遣", "B0"),
        ("funding", "差额补贴", "2"),
        ("pay_status", "3", "active"),
        ("pay_status", "03", "active"),
        ("pay_status", "1-在岗", "active"),
        ("finance_identity", "92", "survivor"),
        ("finance_identity", "专业技术人员", "professional"),
        ("id_type", "01", "resident"),
        ("id_type", "01 居民身份证", "resident"),
        ("sex", "女", "2"),
        ("sex", "1.0", "1"),
        ("bool", "√", "1"),
        ("bool_leader_post", "2", "0"),
        ("manage_status", "现职人员", "1"),
        ("manage_status", "23", "23"),
        ("post_status", "1", "in_office"),
        ("residency", "服现役注销", "enlisted"),
        ("residency", "出国（境）定居注销", "emigrated"),
        ("verification", "号码有效但已注销", "cancelled"),
        ("person_status", "在编在岗", "11"),
        ("staff_status", "在职", "employed"),
        ("unit_nature", "行政", "organ"),
        ("entry_way", "公务员考试", "civil_exam"),
        ("ledger_item", "部门正职", "unit_chief"),
        ("exit_reason", "ZT08", "death"),
        ("rank_level", "三级主任科员", "section_3"),
        ("unit_rank", "股级", "150"),
    ],
)
def test_labels_as_departments_write_them_have_a_code(
    specs: Specs, code_list: str, label: str, code: str
) -> None:
    assert specs.lookup(code_list, label) == code


def test_the_old_label_xingzheng_is_never_mapped_by_itself(specs: Specs) -> None:
    for code_list in ("quota_type", "organisation_quota_type"):
        assert specs.lookup(code_list, "行政") is None
        assert specs.candidates(code_list, "行政") == ("X1", "X4")


def test_numeric_quota_types_of_the_cadre_system_need_the_operators_mapping(specs: Specs) -> None:
    column = specs.table("organisation__cadre").column("quota_type")
    assert column.codes is not None
    assert [specs.lookup(column.codes, str(code)) for code in (1, 2, 3, 4, 5, 9)] == [None] * 6
    assert specs.lookup(column.codes, "行政编制") == "X1"


def test_on_post_is_not_read_out_of_employment(specs: Specs) -> None:
    assert specs.lookup("person_status", "在职") is None
    assert "21" in specs.candidates("person_status", "在职")


@pytest.mark.parametrize(
    ("folder", "department"),
    [
        ("编办", "establishment"),
        ("财政局", "finance"),
        ("03-公安", "police"),
        ("卫健委", "civil"),
        ("其它", "other"),
        ("finance", "finance"),
    ],
)
def test_a_folder_names_its_department(specs: Specs, folder: str, department: str) -> None:
    found = specs.department_for_folder(folder)
    assert found is not None
    assert found.key == department


def test_a_folder_of_no_department_names_none(specs: Specs) -> None:
    assert specs.department_for_folder("旧文件") is None


def test_unknown_keys_are_an_error(specs: Specs) -> None:
    with pytest.raises(KeyError):
        specs.table("finance__nothing")
    with pytest.raises(KeyError):
        specs.department("nothing")


def test_tables_and_columns_are_found_by_their_chinese_labels(specs: Specs) -> None:
    table = specs.table_for_label("统发工资表")
    assert table is not None
    assert table.key == "finance__payroll"
    column = specs.column_for("finance__payroll", "应发合计")
    assert column is not None
    assert (column.name, column.item) == ("gross", "gross")
    assert specs.code_label("quota_type", "X1") == "行政编制"


def test_traditional_characters_and_full_width_are_the_same_header(specs: Specs) -> None:
    exact = specs.normaliser.exact
    assert exact("編制類別") == exact("编制类别")
    assert exact("岗位（职务）\n工 资") == exact("岗位(职务)工资")
    assert specs.normaliser.bare("1.应发工资（元）*") == "应发工资"
