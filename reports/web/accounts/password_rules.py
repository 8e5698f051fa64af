"""What a password must be; Django's rules, and one more, in words of ours."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

KINDS = 3


class AlikeValidator(UserAttributeSimilarityValidator):
    """Not like the name of the account or of its owner."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return "新密码与用户名或姓名太相近。"


class LengthValidator(MinimumLengthValidator):
    """Not too short."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return f"新密码太短，至少要 {self.min_length} 个字符。"


class CommonValidator(CommonPasswordValidator):
    """None of the twenty thousand that everybody tries first."""

    def get_error_message(self) -> str:
        """Why it is refused."""
        return "新密码太常用，容易被猜到。"


class KindsValidator:
    """At least three of: capital letters, small letters, digits, anything else (等级保护 asks for it)."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password of fewer kinds.

        Raises:
            ValidationError: it has one or two.
        """
        kinds = {_kind(character) for character in password}
        if len(kinds) < KINDS:
            raise ValidationError("新密码里，大写字母、小写字母、数字、符号至少要有三类。", code="kinds")

    def get_help_text(self) -> str:
        """As Django's forms print it."""
        return "大写字母、小写字母、数字、符号至少用三类。"


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isupper():
        return "capital"
    return "small" if character.islower() else "other"
