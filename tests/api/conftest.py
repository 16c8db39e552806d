"""The company of the API's tests, at work now: the API reads the clock itself."""

import pytest
from django.utils import timezone

from tests.company import Company, found_company


@pytest.fixture
def company(db: None) -> Company:
    return found_company(timezone.now())
