"""The small company, ready for each test of the domain."""

import pytest

from tests.company import Company, found_company


@pytest.fixture
def company(db: None) -> Company:
    """Units, people with every duty and role, and the packaged process."""
    return found_company()
