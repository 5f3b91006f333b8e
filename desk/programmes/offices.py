"""Which office is near a place."""

from datetime import date
from math import asin, cos, radians, sin, sqrt

from desk.programmes.schema import Office, Programme
from desk.programmes.selectors import programmes

EARTH_KM = 6371.0


def offices_nearest(latitude: float, longitude: float, today: date | None = None) -> str:
    """The nearest office of each programme, the nearest first: "morocco:Oujda|belgium:Charleroi".

    The place itself goes no further than this: it is not kept. Only offices whose fact may be shown count.
    """
    found = []
    for name, programme in programmes().items():
        known = {town: office for town, office in programme.offices.items() if _is_known(programme, office, today)}
        if known:
            distance = {town: distance_km(latitude, longitude, office) for town, office in known.items()}
            town = min(distance, key=lambda town: distance[town])
            found.append((distance[town], f"{name}:{town}"))
    return "|".join(text for _, text in sorted(found))


def _is_known(programme: Programme, office: Office, today: date | None) -> bool:
    return programme.facts[office.listed_in].may_be_shown(today or date.today())


def distance_km(latitude: float, longitude: float, office: Office) -> float:
    """The way along the surface of the earth (haversine formula)."""
    north, south = radians(latitude), radians(office.latitude)
    rise, run = (north - south) / 2, radians(longitude - office.longitude) / 2
    return 2 * EARTH_KM * asin(sqrt(sin(rise) ** 2 + cos(north) * cos(south) * sin(run) ** 2))
