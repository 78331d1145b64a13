"""Every table has one gate, or is declared to be reached through its parent."""

from django.apps import apps

from quanheng.domain.policies.gates import GATES, THROUGH_PARENT


def test_no_table_is_without_a_gate_and_none_has_two_ways():
    tables = set(apps.get_app_config("domain").get_models())
    assert set(GATES) | set(THROUGH_PARENT) == tables
    assert not set(GATES) & set(THROUGH_PARENT)
