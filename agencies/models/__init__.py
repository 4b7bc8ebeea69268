"""Who: jurisdictions, agencies, people with their roles, and the book of events."""

from agencies.models.days_off import DayOff
from agencies.models.events import Event, event_about, record_event
from agencies.models.files import StoredFile
from agencies.models.list_imports import ListImport
from agencies.models.people import Invitation, Membership, User
from agencies.models.places import Agency, Jurisdiction
from agencies.models.tokens import AccessToken

__all__ = [
    "AccessToken",
    "Agency",
    "DayOff",
    "Event",
    "Invitation",
    "Jurisdiction",
    "ListImport",
    "Membership",
    "StoredFile",
    "User",
    "event_about",
    "record_event",
]
