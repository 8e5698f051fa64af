"""What stands in deploy/: taken by systemd, nginx and Windows as it is, and hardened."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
TASKS = sorted((DEPLOY / "windows").glob("*.xml"))
SITE = DEPLOY / "nginx" / "duibian.conf"
PROGRAMS = "/opt/duibian/venv/bin"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
HARDENED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ReadWritePaths": "/var/lib/duibian",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallFilter": "@system-service",
    "IPAddressDeny": "any",
    "IPAddressAllow": "localhost",
    "User": "duibian",
    "UMask": "0077",
}


def settings(unit: Path) -> dict[str, str]:
    """The settings of a unit; none stands twice but Environment."""
    lines = [line for line in unit.read_text("utf-8").splitlines() if re.match(r"[A-Z]\w+=", line)]
    pairs = [line.split("=", 1) for line in lines]
    names = [name for name, _ in pairs if name != "Environment"]
    assert len(names) == len(set(names)), unit.name
    return {line[0]: line[1] for line in pairs}


def test_everything_has_a_note_for_the_operator_and_stands_in_the_readme() -> None:
    readme = (DEPLOY / "README.zh-CN.md").read_text("utf-8")
    for path in (*UNITS, SITE, *TASKS):
        assert path.name in readme, path.name
        head = path.read_text("utf-8").split("\n[Unit]")[0][:300]
        assert re.search("[\u4e00-\u9fff]{4}", head), path.name


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_services_may_nothing_that_they_do_not_need(unit: Path) -> None:
    found = settings(unit)
    assert {name: found.get(name) for name in HARDENED} == HARDENED
    assert found["ExecStart"].count("0.0.0.0") == 0  # noqa: S104
    environment = re.findall(r"^Environment=(.+)$", unit.read_text("utf-8"), re.MULTILINE)
    assert "DUIBIAN_HOME=/var/lib/duibian" in environment


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="本机没有 systemd-analyze")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("duibian", "dagster-daemon", "dagster-webserver"):
        (programs / name).write_text("#!/bin/sh\n", "utf-8")
        (programs / name).chmod(0o755)
    placed = []
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PROGRAMS, str(programs))
        placed.append(tmp_path / unit.name)
        placed[-1].write_text(text.replace("/opt/duibian/deploy", str(DEPLOY)), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, placed)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "duibian" in line]
    assert done.returncode == 0, done.stderr
    assert said == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="本机没有 systemd-analyze")
def test_the_timer_means_the_twentieth_at_eight_in_beijing() -> None:
    calendar = settings(DEPLOY / "systemd" / "duibian-run.timer")["OnCalendar"]
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-10-01 00:00:00 UTC", calendar],
        capture_output=True,
        text=True,
        check=True,
        env={"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    assert "2026-10-20 00:00:00 UTC" in done.stdout


def test_the_run_of_a_month_names_the_month_of_the_day(tmp_path: Path) -> None:
    command = settings(DEPLOY / "systemd" / "duibian-run.service")["ExecStart"]
    shell = re.fullmatch(r"/bin/sh -c '(.+)'", command)
    assert shell
    # As systemd hands it over: %% is %, $$ is $.
    text = shell[1].replace("%%", "%").replace("$$", "$").replace(f"exec {PROGRAMS}/duibian", "echo")
    said = subprocess.run(["/bin/sh", "-c", text], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"run --month [0-9]{4}-[0-9]{2}\n", said)


def test_the_proxy_takes_out_what_only_it_may_say() -> None:
    text = SITE.read_text("utf-8")
    assert 'proxy_set_header X-Remote-User "";' in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "$proxy_add_x_forwarded_for" not in text
    assert "ssl_protocols       TLSv1.2 TLSv1.3;" in text
    # A location with a proxy_set_header of its own would inherit none of the others.
    assert all("proxy_set_header" not in block for block in re.findall(r"location[^{]*\{([^}]*)\}", text))
    log_format = re.search(r"log_format duibian '([^']*)'", text)
    assert log_format
    assert not re.search(r"\$(request|request_uri|args|http_referer|query_string)\b", log_format[1])
    assert set(re.findall(r"proxy_pass (\S+);", text)) == {"http://127.0.0.1:8000"}


@pytest.mark.skipif(shutil.which("nginx") is None, reason="本机没有 nginx")
def test_nginx_takes_the_site(tmp_path: Path) -> None:
    certificate(tmp_path)
    text = SITE.read_text("utf-8").replace("/etc/nginx/tls", str(tmp_path))
    text = text.replace("/var/log/nginx", str(tmp_path)).replace("listen 80;", "listen 127.0.0.1:18080;")
    (tmp_path / "site.conf").write_text(
        text.replace("listen 443 ssl;", "listen 127.0.0.1:18443 ssl;"), "utf-8"
    )
    main = f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/site.conf; }}\n"
    (tmp_path / "nginx.conf").write_text(main, "utf-8")
    done = subprocess.run(
        [
            "nginx",
            "-t",
            "-p",
            str(tmp_path),
            "-e",
            str(tmp_path / "error"),
            "-c",
            str(tmp_path / "nginx.conf"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def certificate(folder: Path) -> None:
    """A certificate that nobody trusts."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "duibian.example.gov.cn")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "duibian.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "duibian.key").write_bytes(pem)


@pytest.mark.parametrize("task", TASKS, ids=lambda path: path.stem)
def test_tasks_of_windows_start_with_the_machine_or_the_month_as_a_small_account(task: Path) -> None:
    text = task.read_text("utf-8")
    # PowerShell hands the text over as UTF-16: a declaration of another encoding would be refused.
    assert not text.startswith("<?xml")
    root = ElementTree.fromstring(text)  # noqa: S314
    assert root.tag == f"{TASK}Task"
    parts = [child.tag.removeprefix(TASK) for child in root]
    assert parts == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    assert root.findtext(f".//{TASK}UserId") == "S-1-5-19"
    assert root.findtext(f".//{TASK}RunLevel") == "LeastPrivilege"
    assert root.find(f"{TASK}Triggers/{TASK}{'BootTrigger' if '网页' in task.name else 'CalendarTrigger'}")
    arguments = root.findtext(f".//{TASK}Arguments") or ""
    assert "0.0.0.0" not in arguments  # noqa: S104
    assert ("serve" if "网页" in task.name else "run --home") in arguments
