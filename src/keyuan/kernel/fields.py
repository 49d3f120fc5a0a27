"""Model fields that the kernel adds to Django's."""

from __future__ import annotations

from typing import Any

from django.db import models

from keyuan.kernel.sealing import keyring, keyring_for


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that lies encrypted in the database and is text again in Python. Nothing is None, never an empty seal.

    It cannot be searched: a value that is looked up by belongs in the identifier registry as well.
    """

    description = "text, sealed with AES-GCM"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    @property
    def seal_context(self) -> str:
        """What the seal is bound to: the model and the field."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        return keyring().seal(str(value), context=self.seal_context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(value if prepared else self.get_prep_value(value), connection, True)

    def from_db_value(self, value: bytes | memoryview | None, expression: Any, connection: Any) -> str | None:
        if value is None:
            return None
        sealed = bytes(value)
        return keyring_for(sealed).unseal(sealed, context=self.seal_context)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return self.value_from_object(obj) or ""


class SealedBytesField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Bytes that lie encrypted in the database: as SealedTextField, for what is no text. An empty value has a seal too."""

    description = "bytes, sealed with AES-GCM"

    @property
    def seal_context(self) -> str:
        """What the seal is bound to: the model and the field."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else keyring().seal_bytes(bytes(value), context=self.seal_context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(value if prepared else self.get_prep_value(value), connection, True)

    def from_db_value(self, value: bytes | memoryview | None, expression: Any, connection: Any) -> bytes | None:
        if value is None:
            return None
        sealed = bytes(value)
        return keyring_for(sealed).unseal_bytes(sealed, context=self.seal_context)
