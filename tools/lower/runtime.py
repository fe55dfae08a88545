"""What lowered code needs beside itself: it stands at the head of the bundle."""

MISSING = object()


class Record:
    """What every record has."""

    fields: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.fields)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.fields))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.fields)})"


def replace[R: Record](record: R, **changes: object) -> R:
    """Give a copy with some fields changed; TypeError where it has no such field."""
    return type(record)(**{**{name: getattr(record, name) for name in record.fields}, **changes})
