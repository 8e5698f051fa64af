"""Data quality: suites generated from the departments' specs, guards over tables and files, documents.

Every check, whoever makes it, ends in a `QualityResult` of counts and labels. None holds a personal value.
"""

from __future__ import annotations

from checks.quality.docs import DocsOf, write_docs
from checks.quality.files import RejectedFile, SourceFile, one_sex_files, rejected_files
from checks.quality.guards import TableInput, stale_sources
from checks.quality.gx import QualityFault
from checks.quality.month import check_tables
from checks.quality.result import QualityResult, Severity, blocking, quality_frame
from checks.quality.settings import QualitySettings

__all__ = [
    "DocsOf",
    "QualityFault",
    "QualityResult",
    "QualitySettings",
    "RejectedFile",
    "Severity",
    "SourceFile",
    "TableInput",
    "blocking",
    "check_tables",
    "one_sex_files",
    "quality_frame",
    "rejected_files",
    "stale_sources",
    "write_docs",
]
