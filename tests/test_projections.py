"""Where a point is, whichever way it is written."""

from __future__ import annotations

import pytest

from assistant.fibre.projections import degrees, from_lambert_93, stretch, to_degrees, to_mercator, web_mercator

PARIS = (2.3522, 48.8566)


def test_lambert_93_is_read_as_ign_writes_it() -> None:
    assert from_lambert_93(700_000.0, 6_600_000.0) == pytest.approx((3.0, 46.5), abs=1e-8)  # its origin
    assert from_lambert_93(652_469.02, 6_862_035.26) == pytest.approx(PARIS, abs=1e-6)


def test_web_mercator_goes_both_ways() -> None:
    assert web_mercator(*PARIS) == pytest.approx((261_845.71, 6_250_564.35), abs=0.1)
    assert degrees(*web_mercator(*PARIS)) == pytest.approx(PARIS, abs=1e-12)


def test_a_point_of_the_somme_is_known_in_each_of_three_ways() -> None:
    lambert, lon_lat = (650_000.0, 6_977_000.0), from_lambert_93(650_000.0, 6_977_000.0)
    mercator = web_mercator(*lon_lat)
    assert to_mercator(*lambert) == to_mercator(*lon_lat) == to_mercator(*mercator) == mercator
    for written in (lambert, lon_lat, mercator):
        assert to_degrees(*written) == pytest.approx(lon_lat, abs=1e-9)


@pytest.mark.parametrize(
    "point", [(0.0, 0.0), (49.89, 2.3), (6_427_247.0, 256_034.0), (5.0, 45.0), (float("nan"), 1.0)]
)
def test_a_point_elsewhere_is_nowhere(point: tuple[float, float]) -> None:
    assert to_mercator(*point) is to_degrees(*point) is None


def test_a_metre_on_the_ground_is_a_metre_and_a_half_of_the_map() -> None:
    assert stretch(6_427_247.0) == pytest.approx(1.552, abs=0.001)
    assert stretch(0.0) == 1.0
