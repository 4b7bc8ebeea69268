from config.database import database


def test_only_the_applications_role_is_limited_and_not_through_a_pooler(monkeypatch):
    assert "idle_in_transaction_session_timeout=60s" in database("app")["OPTIONS"]["options"]
    assert "options" not in database("owner")["OPTIONS"]

    monkeypatch.setenv("DATABASE_IDLE_SECONDS", "0")
    assert "options" not in database("app")["OPTIONS"]
