"""Accounts, each a person, never a department; tokens of other systems, each in the name of an account."""

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
    bodies under a 主管部门, the matters of a department; '' narrows nothing. `password_on` is the
    day on which the owner chose the password; unknown of the first one, which must be changed anyway.
    """

    username: models.CharField[str, str] = models.CharField(max_length=100, unique=True)
    shown_name: models.CharField[str, str] = models.CharField(max_length=100)
    unit_id: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    supervisor_id: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    department: models.CharField[str, str] = models.CharField(max_length=20, blank=True)
    must_change: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    is_active: Any = models.BooleanField(default=True)
    password_on: models.DateField[Any, Any] = models.DateField(null=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        db_table = "accounts_user"


class ApiToken(models.Model):
    """What lets another system ask the API: in the rights of an account, narrowed to what it is for.

    Kept is the SHA-256 of the token, which is 256 random bits: nothing that could be guessed or looked up.
    `scopes` are words of `accounts.tokens.Reach`, divided by blanks. Times are texts with +08:00.
    """

    system: models.CharField[str, str] = models.CharField(max_length=100, unique=True)
    username: models.CharField[str, str] = models.CharField(max_length=100)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    scopes: models.CharField[str, str] = models.CharField(max_length=200)
    purpose: models.TextField[str, str] = models.TextField()
    until: models.DateField[Any, Any] = models.DateField(null=True)
    made_at: models.CharField[str, str] = models.CharField(max_length=25)
    made_by: models.CharField[str, str] = models.CharField(max_length=100)
    revoked_at: models.CharField[str, str] = models.CharField(max_length=25, blank=True)
    revoked_by: models.CharField[str, str] = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "accounts_api_token"


class ApiWrite(models.Model):
    """A write that a system has made under a key of its own: the same one again gets the same answer."""

    token: models.ForeignKey[Any, Any] = models.ForeignKey(ApiToken, on_delete=models.CASCADE)
    key: models.CharField[str, str] = models.CharField(max_length=100)
    digest: models.CharField[str, str] = models.CharField(max_length=64)
    at: models.CharField[str, str] = models.CharField(max_length=25)
    answer: models.TextField[str, str] = models.TextField()

    class Meta:
        db_table = "accounts_api_write"
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="accounts_api_write_once"),)


class SavedView(models.Model):
    """A list of findings that somebody keeps under a name: the query part of its address, without a month.

    `is_shared` views are offered to everybody; each sees his own rows in them.
    """

    owner: models.CharField[str, str] = models.CharField(max_length=100)
    name: models.CharField[str, str] = models.CharField(max_length=40)
    address: models.TextField[str, str] = models.TextField()
    is_shared: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_saved_view"
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="accounts_saved_view_name"),)
