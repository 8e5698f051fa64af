"""The error of a spec that cannot be used."""

from connectors.errors import UserError

REMEDY = "请改正该文件后重试；写法可参照程序自带的部门规格"


class SpecError(UserError):
    """A department's TOML says something that cannot be used; names the file and the key."""
