"""kill -9 twice in an import of 200,000 rows: while it is checked, and while it is written."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.faults.conftest import MakeHouse
from tests.faults.importing import assert_right, file_of, has_come_to, is_over, start_import


@pytest.mark.timeout(240)
def test_two_hundred_thousand_rows_killed_while_checking_and_while_writing(make_house: MakeHouse) -> None:
    count = 200_000
    house = make_house(annotators=0)
    house.start()
    uid = start_import(house, file_of(count))
    house.wait_for(lambda: has_come_to(house, uid, "checking", 1_000_000))
    house.kill()
    house.end_leases_of_the_dead()
    house.start()
    house.wait_for(lambda: has_come_to(house, uid, "importing", 60_000))
    house.kill()
    written = house.look(lambda c: c.execute(text("SELECT count(*) FROM task")).scalar_one())
    assert 0 < written < count
    house.end_leases_of_the_dead()
    house.start()
    house.wait_for(lambda: is_over(house, uid), pause=0.2)
    assert_right(house, uid, count)
    assert list((house.server.data / "files").iterdir()) == []
