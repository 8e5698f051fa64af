"""Whether Spark can be tested on this machine, a session of the least cost, and a month for it."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from assets.spark.session import SparkSettings
from tests.people import number
from tests.tiny_month import Tables

MARKS = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="没有 Java：Spark 的测试不运行"),
    pytest.mark.skipif(find_spec("pyspark") is None, reason="没有安装 spark 附加包：用 make test 会自动安装"),
]
LEAST = SparkSettings(
    "local[2]",
    conf={
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.default.parallelism": "2",
    },
)
TABLES: Tables = {
    "establishment__unit": {"unit_code": ["101"], "name": ["云岭县教育局"], "funding": ["全额拨款"]},
    "establishment__roster": {
        "unit_code": ["101", "101", "101"],
        "name": ["王一", "李二", "孙六"],
        "id_no": [number(1), number(2), number(6)],
        "quota_type": ["事业编制", "事业编制", None],
    },
    "establishment__ledger": {
        "unit_code": ["101"],
        "item": ["编制"],
        "quota_type": ["全额事业"],
        "approved_on": ["2012-01-01"],
        "document_no": ["编发〔2012〕1号"],
        "increase": ["1"],
    },
    "personnel__staff": {"unit_code": ["101"], "name": ["王一"], "id_no": [number(1)]},
    "finance__payroll": {
        "agency_code": ["F1", "F1"],
        "agency_name": ["教育局", "教育局"],
        "name": ["王一", "周七"],
        "id_no": [number(1), number(7)],
        "base_pay": ["3000", "2000.50"],
    },
}
