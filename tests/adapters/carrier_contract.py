"""What the hub may rely on from any Carrier."""

from dataclasses import replace
from uuid import UUID

import pytest

from hub.errors import Undeliverable
from hub.ports.carrier import Carrier, Parcel

PARCEL = Parcel(
    delivery=UUID("0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d"),
    sender="familieambulatorium@sygehus-soenderjylland.example",
    recipient="familieafdeling@aabenraa.example",
    body=(
        b"From: familieambulatorium@sygehus-soenderjylland.example\r\nTo: familieafdeling@aabenraa.example\r\n"
        b"Subject: Sikker post [k7t2-9fqd]\r\n\r\n..\r\n.\r\nMAIL FROM:<a@b.example>\r\n"
    ),
    reference="k7t2-9fqd",
)
OTHER = replace(PARCEL, delivery=UUID("7e1f0f5c-5d43-4b2f-8f55-0a4b9f0d6e11"), body=PARCEL.body + b"x\r\n")


class CarrierContract:
    """Inherit, and say in `carrier` which one it is about and in `carried` what lies at the other end."""

    def carrier(self) -> Carrier:
        """A carrier that is ready; called once per test."""
        raise NotImplementedError

    def carried(self) -> list[bytes]:
        """The bodies that arrived, in any order."""
        raise NotImplementedError

    def test_it_says_its_name(self) -> None:
        name = self.carrier().name
        assert name
        assert name.isascii()

    def test_a_parcel_arrives_byte_for_byte(self) -> None:
        self.carrier().carry(PARCEL)
        assert self.carried() == [PARCEL.body]

    def test_the_same_parcel_again_is_one_parcel(self) -> None:
        carrier = self.carrier()
        for _ in range(3):
            carrier.carry(PARCEL)
        assert self.carried() == [PARCEL.body]

    def test_two_deliveries_are_two_parcels(self) -> None:
        carrier = self.carrier()
        carrier.carry(PARCEL)
        carrier.carry(OTHER)
        assert sorted(self.carried()) == sorted([PARCEL.body, OTHER.body])

    def test_another_parcel_under_the_same_delivery_is_refused(self) -> None:
        carrier = self.carrier()
        carrier.carry(PARCEL)
        with pytest.raises(Undeliverable) as refused:
            carrier.carry(replace(OTHER, delivery=PARCEL.delivery))
        assert str(refused.value).isascii()
        assert self.carried() == [PARCEL.body]
