"""Names and passwords."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from reports.web.accounts.models import User


class PasswordBackend(BaseBackend):
    """Whoever knows the password of an active account is its owner."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> User | None:
        """The account; None for a wrong password, an unknown name or an account that is closed."""
        user = User.objects.filter(username=username or "").first()
        if user is None:
            User().set_password(password or "")  # takes as long, so that nobody learns which names there are
            return None
        return user if user.is_active and user.check_password(password or "") else None

    def get_user(self, user_id: int) -> User | None:
        """The account of a session; None for one that was closed since."""
        return User.objects.filter(pk=user_id, is_active=True).first()
