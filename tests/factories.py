"""One factory per model; traits for the states that tests speak of."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from agencies.models import Agency, Jurisdiction, Membership, User
from plans.models import Duty, Party, Plan
from reporting.models import OutlineSection, Regime, Report, Round, RoundDue, Tier
from targets.models import Breakdown, Indicator, Target


def at(day, hour=9, minute=0):
    """Return a moment of a day in Vietnam; `day` as 2024-06-17 or a date."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=timezone.get_default_timezone())


class JurisdictionFactory(DjangoModelFactory):
    class Meta:
        model = Jurisdiction

    code = factory.Sequence(lambda n: f"tinh-{n:04}")
    name = factory.Sequence(lambda n: f"Tỉnh số {n:04}")
    level = Jurisdiction.Level.PROVINCE


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    jurisdiction = factory.SubFactory(JurisdictionFactory)
    code = factory.Sequence(lambda n: f"ubnd-huyen-{n:04}")
    name = factory.Sequence(lambda n: f"Ủy ban nhân dân huyện số {n:04}")
    kind = Agency.Kind.DISTRICT_PEOPLES_COMMITTEE


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"nguoi-{n:04}@test.invalid")
    full_name = factory.Sequence(lambda n: f"Người thứ {n:04}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Membership.Role.OFFICER
    agency = factory.SubFactory(AgencyFactory)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    code = factory.Sequence(lambda n: f"kh-{n}")
    number = factory.Sequence(lambda n: f"{n}/KH-UBND")
    title = "Kế hoạch về việc làm"
    issuer = "Ủy ban nhân dân tỉnh"
    issued_on = dt.date(2021, 9, 13)
    jurisdiction = factory.SubFactory(JurisdictionFactory)
    first_year = 2021
    last_year = 2025
    lead_agency = factory.SubFactory(
        AgencyFactory,
        jurisdiction=factory.SelfAttribute("..jurisdiction"),
        code="so-ldtbxh",
        name="Sở Lao động - Thương binh và Xã hội",
        kind=Agency.Kind.DEPARTMENT,
    )


class PartyFactory(DjangoModelFactory):
    """A single agency named by the plan; `PartyFactory(group=True)` for a group."""

    class Meta:
        model = Party

    plan = factory.SubFactory(PlanFactory)
    code = factory.SelfAttribute("agency.code")
    name = factory.SelfAttribute("agency.name")
    as_written = factory.SelfAttribute("name")
    kind = Agency.Kind.DISTRICT_PEOPLES_COMMITTEE
    position = factory.Sequence(lambda n: n)
    agency = factory.SubFactory(
        AgencyFactory, jurisdiction=factory.SelfAttribute("..plan.jurisdiction")
    )

    class Params:
        group = factory.Trait(
            is_group=True,
            agency=None,
            code=factory.Sequence(lambda n: f"nhom-{n}"),
            name=factory.Sequence(lambda n: f"Nhóm {n}"),
        )


class DutyFactory(DjangoModelFactory):
    class Meta:
        model = Duty

    plan = factory.SubFactory(PlanFactory)
    code = factory.Sequence(lambda n: f"D{n}")
    clause = "III.1"
    position = factory.Sequence(lambda n: n)
    role = Duty.Role.LEAD
    statement = "Chủ trì triển khai kế hoạch."


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    plan = factory.SubFactory(PlanFactory)
    code = factory.Sequence(lambda n: f"CT-{n}")
    name = factory.Sequence(lambda n: f"Chỉ tiêu số {n}")
    unit = "lượt người"
    kind = Indicator.Kind.COUNT
    combine = Indicator.Combine.SUM
    better = Indicator.Better.HIGHER
    position = factory.Sequence(lambda n: n)

    class Params:
        level = factory.Trait(
            kind=Indicator.Kind.RATE,
            combine=Indicator.Combine.LATEST,
            better=Indicator.Better.LOWER,
            unit="%",
        )


class BreakdownFactory(DjangoModelFactory):
    class Meta:
        model = Breakdown

    parent = factory.SubFactory(IndicatorFactory)
    plan = factory.SelfAttribute("parent.plan")
    code = factory.Sequence(lambda n: f"PT-{n}")
    name = "Theo nơi làm việc"
    rule = Breakdown.Rule.PARTITION
    position = factory.Sequence(lambda n: n)


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    indicator = factory.SubFactory(IndicatorFactory)
    scope = Target.Scope.YEAR
    year = 2024
    operator = Target.Operator.AT_LEAST
    low = 35000
    clause = "II.1"
    position = factory.Sequence(lambda n: n)


class OutlineSectionFactory(DjangoModelFactory):
    class Meta:
        model = OutlineSection

    plan = factory.SubFactory(PlanFactory)
    position = factory.Sequence(lambda n: n)
    heading = "Kết quả thực hiện"


class RegimeFactory(DjangoModelFactory):
    """“Trước ngày 20/6”; `RegimeFactory(annual=True)` “trước ngày 15/12”, `monthly=True`."""

    class Meta:
        model = Regime
        skip_postgeneration_save = True

    plan = factory.SubFactory(PlanFactory)
    code = factory.Sequence(lambda n: f"R{n}")
    kind = Regime.Kind.REPORT
    obligation = "required"
    tier = Tier.AGENCY
    frequency = Regime.Frequency.FIRST_HALF
    due_kind = Regime.DueKind.BEFORE
    due_month = 6
    due_day = 20
    clause = "III.15"
    position = factory.Sequence(lambda n: n)

    class Params:
        annual = factory.Trait(frequency=Regime.Frequency.ANNUAL, due_month=12, due_day=15)
        monthly = factory.Trait(
            frequency=Regime.Frequency.MONTHLY,
            due_kind=Regime.DueKind.MONTHLY,
            due_month=None,
            due_day=10,
        )
        undated = factory.Trait(due_kind="", due_month=None, due_day=None)

    @factory.post_generation
    def reporters(self, create, extracted, **kwargs):
        if extracted:
            self.reporters.set(extracted)


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = Round

    plan = factory.SubFactory(PlanFactory)
    kind = Round.Kind.FIRST_HALF
    year = 2024
    window_start = dt.date(2023, 12, 15)
    window_end = dt.date(2024, 6, 14)
    opened_at = at("2024-03-21")


class RoundDueFactory(DjangoModelFactory):
    class Meta:
        model = RoundDue

    round = factory.SubFactory(RoundFactory)
    tier = Tier.AGENCY
    last_day = dt.date(2024, 6, 19)
    words = "trước ngày 20/6"


class ReportFactory(DjangoModelFactory):
    """A draft. Sent, returned and accepted reports come from the workflow itself."""

    class Meta:
        model = Report

    round = factory.SubFactory(RoundFactory)
    agency = factory.SubFactory(
        AgencyFactory, jurisdiction=factory.SelfAttribute("..round.plan.jurisdiction")
    )
    last_day = dt.date(2024, 6, 19)
