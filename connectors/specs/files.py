"""Names of the shipped files and of the sections that each may hold."""

DEPARTMENTS = ("establishment", "organisation", "personnel", "finance", "police", "civil", "other")
COMMON, CODES = "common.toml", "codes.toml"
COMMON_SECTIONS = ("headers", "ignored")
CODE_SECTIONS = ("codes", "extends", "ambiguous")
DEPARTMENT_SECTIONS = ("department", "label", "folders", "table")
