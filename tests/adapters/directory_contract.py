"""What the hub may rely on from any Directory."""

from hub.ports.directory import Directory
from hub.vocabulary.organisations import Unit


class DirectoryContract:
    """Inherit, and say in `directory` which one it is about; it holds Aabenraa's familieafdeling and sundhedspleje."""

    def directory(self) -> Directory:
        """A directory that is ready."""
        raise NotImplementedError

    def test_a_unit_is_found_under_its_own_name(self) -> None:
        unit = Unit.parse("kommune/familieafdeling@aabenraa")
        address = self.directory().find(unit)
        assert address is not None
        assert address.unit == unit
        assert address.organisation_name
        assert address.unit_name

    def test_nobody_is_found_for_a_unit_nobody_entered(self) -> None:
        for stranger in ("kommune/familieafdeling@nowhere", "kommune/-@aabenraa", "hospital/familieafdeling@aabenraa"):
            assert self.directory().find(Unit.parse(stranger)) is None

    def test_two_units_of_one_municipality_are_two_entries(self) -> None:
        found = [
            self.directory().find(Unit.parse(f"kommune/{unit}@aabenraa"))
            for unit in ("familieafdeling", "sundhedspleje")
        ]
        assert None not in found
        assert found[0] != found[1]

    def test_all_are_listed_once_in_order_and_can_be_found(self) -> None:
        directory = self.directory()
        entries = list(directory.all())
        units = [entry.unit for entry in entries]
        assert units == sorted(set(units))
        assert all(directory.find(entry.unit) == entry for entry in entries)
