"""The demo's figures: invented, computed from shares, the same on every machine."""

from zlib import crc32

# Kiên Giang: (per mille of the province's total, % inside the province, % through programmes).
# The shares add up to 1000.
DISTRICTS = {
    "ubnd-thanh-pho-rach-gia": (148, 66, 58),
    "ubnd-thanh-pho-phu-quoc": (96, 91, 62),
    "ubnd-thanh-pho-ha-tien": (42, 68, 55),
    "ubnd-huyen-chau-thanh": (86, 55, 56),
    "ubnd-huyen-giong-rieng": (92, 48, 53),
    "ubnd-huyen-go-quao": (62, 46, 52),
    "ubnd-huyen-tan-hiep": (70, 54, 56),
    "ubnd-huyen-hon-dat": (86, 56, 55),
    "ubnd-huyen-kien-luong": (52, 60, 57),
    "ubnd-huyen-an-bien": (58, 45, 51),
    "ubnd-huyen-an-minh": (60, 43, 50),
    "ubnd-huyen-vinh-thuan": (54, 42, 51),
    "ubnd-huyen-u-minh-thuong": (46, 44, 49),
    "ubnd-huyen-giang-thanh": (34, 40, 47),
    "ubnd-huyen-kien-hai": (14, 70, 44),
}
# What part of 35.000 came together, and how much of it new jobs, by round.
RATIO = {
    "2021-year": (0.947, 0.531),
    "2022-first-half": (0.498, 0.525),
    "2022-year": (1.006, 0.522),
    "2023-first-half": (0.495, 0.512),
    "2023-year": (0.989, 0.507),
    "2024-first-half": (0.504, 0.489),
}
# Rates and indices of the labour departments, in the plan's order; no agency but it reports them.
LEVELS = {
    "KG171": {
        "2021-year": ("3,18", "59,73", "2,4", "0,61"),
        "2022-first-half": ("2,71", "x", "2,2", "0,57"),
        "2022-year": ("2,62", "64,1", "2,1", "0,53"),
        "2023-first-half": ("2,48", "x", "1,7", "0,49"),
        "2023-year": ("2,40", "65,6", "1,5", "0,45"),
    },
    "AG06": {
        "2023-year": (
            *("36,2", "6,8", "30,1", "2,9", "3,6", "6,4", "4,9", "22,6", "16,9", "13,1", "83,5"),
            *("48200000000", "21430", "1802300"),
        ),
    },
    "KT710": {
        "2023-year": (
            *("63,4", "6,9", "41,2", "21,5", "3", "2,6", "3,1", "7,4", "5,2", "24,8", "0,9"),
            *("19,7", "82,6", "96,5"),
        ),
    },
    "KG18": {
        "2018-year": (
            *("33", "2", "70", "88", "14,6", "18", "k", "80", "70", "65", "0,09"),
            *("2", "4", "11820", "212", "x"),
        ),
        "2019-year": (
            *("33", "3", "76", "92", "13,2", "16", "k", "90", "80", "75", "0,08"),
            *("3", "2", "8940", "186", "x"),
        ),
        "2020-year": (
            *("50", "4", "82", "95", "12,7", "15", "k", "95", "88", "84", "0,08"),
            *("4", "k", "6455", "171", "x"),
        ),
    },
}
# Work abroad of 2023, in no part of “trong tỉnh”, “ngoài tỉnh” (R17): the explained difference.
ABROAD_2023 = {"ubnd-thanh-pho-rach-gia": 62}
KG18_YEARS = {"2018-year": (15640, 96), "2019-year": (15930, 124), "2020-year": (13870, 61)}
# The district of Đồng Tháp in 2020, month by month since January (lũy kế, R10).
DISTRICT_MONTHS = [212, 398, 561, 640, 802, 1065, 1322, 1573, 1834, 2107, 2391, 2684]
DISTRICT_ABROAD = [9, 17, 21, 21, 23, 31, 40, 48, 57, 67, 78, 87]
COMMUNE_SHARES = [19, 16, 14, 13, 12, 10, 9, 7]


def spread(*words, upto):
    """Return a number from 0 to `upto` - 1 that depends on the words alone."""
    return crc32("|".join(words).encode()) % upto


def of_district(agency, round):
    """Return {indicator code: text} of a district of Kiên Giang; both partitions add up."""
    ratio, fresh = RATIO[round]
    share, inside_part, programme_part = DISTRICTS[agency]
    # Each district has better and worse years, within 3%; its first half goes with its year.
    luck = 1 + (spread(agency, round[:4], upto=7) - 3) / 100
    total = int(35 * share * ratio * luck)
    abroad = ABROAD_2023.get(agency, 0) if round == "2023-year" else 0
    inside = round_half(total * inside_part)
    programme = round_half(total * programme_part)
    values = {
        "KG171-TOTAL": total,
        "KG171-PLACE-IN": inside,
        "KG171-PLACE-OUT": total - inside - abroad,
        "KG171-FORM-PROG": programme,
        "KG171-FORM-OUT": total - programme,
        "KG171-NEW": int(total * (fresh + (inside_part - 55) / 1000)),
    }
    if agency == "ubnd-huyen-kien-hai" and round == "2021-year":
        values |= {"KG171-FORM-PROG": "k", "KG171-FORM-OUT": total}
    return {code: str(value) for code, value in values.items()}


def round_half(hundredfold):
    """Return a hundredth of a number, rounded to whole people."""
    return int(hundredfold / 100 + 0.5)


def of_district_2018(agency, round):
    """Return the figures a district gave under plan 18/KH-UBND; the islands sent nobody abroad."""
    jobs, abroad = KG18_YEARS[round]
    share = DISTRICTS[agency][0]
    none = agency == "ubnd-huyen-kien-hai"
    return {
        "KG18-NEW-JOBS": str(jobs * share // 1000),
        "KG18-ABROAD": "x" if none else str(round_half(abroad * share / 10)),
    }


def of_commune(place, round):
    """Return a commune's figures of a month of 2020, counted since January (R10)."""
    month = int(round.rpartition("-")[2]) - 1
    abroad = DISTRICT_ABROAD[month] * COMMUNE_SHARES[place] // 100
    return {
        "DT20-JOBS": str(DISTRICT_MONTHS[month] * COMMUNE_SHARES[place] // 100),
        "DT20-ABROAD": str(abroad) if abroad else "k",
    }


def of_district_office(round):
    """Return the rates of the district's labour office; markets of work stood still in April."""
    month = int(round.rpartition("-")[2])
    sessions = "k" if month in (3, 4) else str(70 + 13 * month % 90)
    return dict(
        zip(
            ("DT20-Q-OVERSTAY", "DT20-Q-UNEMP", "DT20-Q-OVERDUE", "DT20-Q-SESSIONS"),
            ("2,1" if month < 7 else "1,8", f"2,{60 - month}", f"0,{40 - month}", sessions),
            strict=True,
        )
    )


def of_labour_department(prefix, round, codes):
    """Return the rates of a province's labour department, for its indicators in order."""
    return dict(zip(codes, LEVELS[prefix][round], strict=True))
