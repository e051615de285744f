"""What another authority is given, to ask and to be told."""

from embedded.subscribers import Subscriber


def test_a_subscriber_of_two_authorities_has_everything_twice() -> None:
    """What one authority tells it, and the secret that it shares with it, is not the other's."""
    of_one, of_another = Subscriber("region-one", "a-town"), Subscriber("region-two", "a-town")
    for one, another in (
        (of_one.key, of_another.key),
        (of_one.virtual_host, of_another.virtual_host),
        (of_one.setting, of_another.setting),
        (of_one.password_setting, of_another.password_setting),
    ):
        assert one != another


def test_a_setting_can_be_a_variable_of_the_shell() -> None:
    """Capitals and underscores, whatever the ids are."""
    assert Subscriber("region-one", "a-town").setting == "SUBSCRIBER_REGION_ONE_A_TOWN_URL"
