import errno
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from connectors.errors import UserError
from pipelines.cli import COMMANDS, cli
from pipelines.cli.failures import ExitCode, run_command
from pipelines.home import Home, init_home
from pipelines.masking import mask, masked_trace

ID = "629923199003077571"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path / "home", code="629923", name="云岭县")


def raising(error: BaseException) -> click.Command:
    @click.command()
    @click.option("--home")
    def command(home: str | None) -> None:
        raise error

    return command


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_chinese_help_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(cli, [name, "--help"]) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "例：duibian" in shown
    assert "用法：" in shown
    assert "Usage" not in shown
    assert "Options" not in shown


def test_commands_within_commands_have_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(cli)
    groups = {
        name: command
        for name in COMMANDS
        if isinstance(command := cli.get_command(context, name), click.Group)
    }
    assert {"decisions", "judgements", "rules"} <= groups.keys()
    for name, group in groups.items():
        for part in group.commands:
            assert run_command(cli, [name, part, "--help"]) == ExitCode.DONE
            shown = capsys.readouterr().out
            assert f"例：duibian {name} " in shown, (name, part)
            assert "用法：" in shown
            assert "Usage" not in shown


def test_called_alone_it_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(cli, []) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_init_makes_a_home_and_says_where_files_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "x"
    assert run_command(cli, ["init", str(root), "--division", "629923", "--name", "云岭县"]) == ExitCode.DONE
    assert "云岭县（629923）" in capsys.readouterr().out
    assert (root / "duibian.toml").is_file()


def test_doctor_speaks_json(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(cli, ["doctor", "--home", str(home.root), "--json", "--clean"]) == ExitCode.DONE
    checks = json.loads(capsys.readouterr().out)
    assert {"name", "state", "message", "remedy"} == set(checks[0])


def test_doctor_ends_with_2_when_something_is_broken(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.key_file.unlink()
    assert run_command(cli, ["doctor", "--home", str(home.root)]) == ExitCode.WRONG_INPUT
    assert "[故障] 密钥" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "没有 nothing 这个命令"),
        (["init"], "缺少"),
        (["init", "a", "b"], "多出了 b"),
        (["doctor", "--hom"], "是不是 --home"),
        (["doctor", "--home"], "后面缺少值"),
        (["doctor", "--home", "/no/such/place"], "没有 duibian.toml"),
        (["init", "x", "--division", "12"], "六位"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_to_do(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(cli, arguments) == ExitCode.WRONG_INPUT
    shown = capsys.readouterr()
    assert said in shown.err
    assert "处理：" in shown.err
    assert shown.out == ""


def test_a_user_error_shows_what_where_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    error = UserError("缺少统发工资表", where="inbox/2026-10/财政", remedy="请放入后重试")
    assert run_command(raising(error), []) == ExitCode.WRONG_INPUT
    assert capsys.readouterr().err == "缺少统发工资表\n  位置：inbox/2026-10/财政\n  处理：请放入后重试\n"


def test_our_fault_ends_with_3_and_leaves_a_log_without_personal_data(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ValueError(f"could not convert {ID} of 欧阳娜娜 in 张三·李四.xlsx")
    error.__cause__ = KeyError("王五")
    assert run_command(raising(error), ["--home", str(home.root)]) == ExitCode.OUR_FAULT
    (log,) = home.logs.glob("error-*.log")
    kept, shown = log.read_text(encoding="utf-8"), capsys.readouterr().err
    assert str(log) in shown
    for text in (kept, shown):
        assert not any(secret in text for secret in (ID, "欧阳", "张三", "李四", "王五"))
    assert "builtins.ValueError: could not convert #" in kept
    assert "KeyError" in kept


def test_a_full_disk_is_no_fault_of_the_program(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError("the job failed outside its steps")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device", str(home.root / "lake" / "a.parquet"))
    assert run_command(raising(error), ["--home", str(home.root)]) == ExitCode.WRONG_INPUT
    shown = capsys.readouterr().err
    assert "磁盘已满" in shown
    assert "处理：" in shown
    assert not list(home.logs.glob("error-*.log"))


def test_a_stopped_command_says_that_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(raising(KeyboardInterrupt()), []) == ExitCode.WRONG_INPUT
    assert "没有变化" in capsys.readouterr().err


@pytest.mark.parametrize(
    "secret", [ID, "62992319900307757X", "629923900307757", "6222021234567890123", "𠮷某", "买买提·艾力"]
)
def test_masking_leaves_nothing_of_a_person(secret: str) -> None:
    assert secret not in mask(f"bad value {secret!r} at row 12")
    assert "row 12" in mask(f"bad value {secret!r} at row 12")


def test_the_trace_shows_where_it_broke() -> None:
    try:
        init_home(Path("x"), code="1")
    except UserError as error:
        assert "home.py" in masked_trace(error)
        assert "六位" not in masked_trace(error).splitlines()[-1]


def test_the_start_imports_nothing_heavy() -> None:
    heavy = "{'polars', 'duckdb', 'dagster', 'pandas', 'great_expectations', 'pyarrow', 'openpyxl'}"
    code = f"import sys, pipelines.cli.doctor, pipelines.cli.init; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
