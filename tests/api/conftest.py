"""The company of the API's tests, at work now: the API reads the clock itself."""

import pytest

from tests.company import LOADED, Company, found_company


@pytest.fixture
def company(db: None) -> Company:
    return found_company(LOADED)
