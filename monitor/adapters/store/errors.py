"""What can go wrong with the database itself, in words an operator can act on."""

from __future__ import annotations


class StoreError(Exception):
    """The database cannot be used as asked."""


class SchemaError(StoreError):
    """The database is of another revision than this version of the program."""


class DatabaseInUseError(StoreError):
    """Another process holds the database."""


class DriverMissingError(StoreError):
    """The driver of the database is not installed."""


class BackupError(StoreError):
    """A backup could not be made or is not fit to be restored."""


class BackupTargetError(BackupError):
    """The place of the backup is taken, or is none for a backup."""
