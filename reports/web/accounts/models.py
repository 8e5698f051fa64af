"""One account: a person, never a department."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str, shown_name: str = "", **scope: str) -> User:
        """An account that must change its password when it is first used."""
        user = self.model(
            username=self.model.normalize_username(username), shown_name=shown_name or username, **scope
        )
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account.

    `unit_id`, `supervisor_id`, `department` narrow what its roles show: a body's own people, those of the
    bodies under a 主管部门, the matters of a department; '' narrows nothing.
    """

    username: models.CharField[str, str] = models.CharField(max_length=100, unique=True)
    shown_name: models.CharField[str, str] = models.CharField(max_length=100)
    unit_id: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    supervisor_id: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    department: models.CharField[str, str] = models.CharField(max_length=20, blank=True)
    must_change: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    is_active: Any = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        db_table = "accounts_user"
