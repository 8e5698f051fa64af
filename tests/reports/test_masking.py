import pytest

from reports.masking import mask_number, mask_text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("629923196503120016", "629923********0016"),
        ("62992319650312001X", "629923********001X"),
        ("629923650312001", "62992*******001"),
        ("6217002870012345678", "621700*********5678"),
        ("12345", "1***5"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_ends_only(raw: str, shown: str) -> None:
    assert mask_number(raw) == shown


def test_numbers_inside_sentences_are_masked() -> None:
    assert mask_text("证件号 629923196503120016。") == "证件号 629923********0016。"
    assert "19650312" not in mask_text("号码６２９９２３１９６５０３１２００１Ｘ有误")
    assert mask_text("629923 19650312 0016").count("*") > 4


def test_money_dates_and_documents_stay() -> None:
    text = "云机编发〔2019〕4号，2026-10-31 发 12,345.67 元"
    assert mask_text(text) == text
