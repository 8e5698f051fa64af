from reports.typesetting import cut, display_width, pad, printable, wrapped_lines


def test_ideographs_are_twice_as_wide_as_letters() -> None:
    assert display_width("P06 死亡") == 8


def test_padding_and_cutting_keep_columns_aligned() -> None:
    assert display_width(pad("马兰英", 10)) == 10
    assert cut("云岭县水务局", 9) == "云岭县.."
    assert display_width(cut("云岭县水务局", 8)) <= 8
    assert cut("水务局", 6) == "水务局"


def test_lines_are_counted_by_width() -> None:
    assert wrapped_lines("云岭县水务局", 12) == 1
    assert wrapped_lines("云岭县水务局", 10) == 2
    assert wrapped_lines("a\nb", 10) == 2


def test_control_characters_are_left_out_and_line_breaks_stay() -> None:
    assert printable("a\x00b\x0b\ud800c\r\nd") == "abc\nd"
