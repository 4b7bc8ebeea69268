"""
All 67 numbers the five plans set, as a person reads them off the documents (issue 3).

A row: indicator | time in words | the value in the plan's manner | judgement. The judgement has one
letter for a value below, at and above the number, for a range below, at each end and above:
y it is met, n it is not, - it is not judged (a part that is neither good nor bad).
"""

SHEET = """
KG171-TOTAL | mỗi năm, 2021 - 2025 | từ 35.000 lượt người trở lên | nyy
KG171-TOTAL | năm 2021 | từ 35.000 lượt người trở lên | nyy
KG171-TOTAL | năm 2022 | từ 35.000 lượt người trở lên | nyy
KG171-TOTAL | năm 2023 | từ 35.000 lượt người trở lên | nyy
KG171-TOTAL | năm 2024 | từ 35.000 lượt người trở lên | nyy
KG171-TOTAL | năm 2025 | từ 35.000 lượt người trở lên | nyy
KG171-PLACE-IN | năm 2021 | 19.300 lượt người | nyy
KG171-PLACE-IN | năm 2022 | 19.500 lượt người | nyy
KG171-PLACE-IN | năm 2023 | 19.700 lượt người | nyy
KG171-PLACE-IN | năm 2024 | 19.900 lượt người | nyy
KG171-PLACE-IN | năm 2025 | 20.000 lượt người | nyy
KG171-PLACE-OUT | năm 2021 | 15.700 lượt người | ---
KG171-PLACE-OUT | năm 2022 | 15.500 lượt người | ---
KG171-PLACE-OUT | năm 2023 | 15.300 lượt người | ---
KG171-PLACE-OUT | năm 2024 | 15.100 lượt người | ---
KG171-PLACE-OUT | năm 2025 | 15.000 lượt người | ---
KG171-FORM-PROG | năm 2021 | 19.000 lượt người | nyy
KG171-FORM-PROG | năm 2022 | 19.000 lượt người | nyy
KG171-FORM-PROG | năm 2023 | 19.200 lượt người | nyy
KG171-FORM-PROG | năm 2024 | 19.200 lượt người | nyy
KG171-FORM-PROG | năm 2025 | 19.500 lượt người | nyy
KG171-FORM-OUT | năm 2021 | 16.000 lượt người | ---
KG171-FORM-OUT | năm 2022 | 16.000 lượt người | ---
KG171-FORM-OUT | năm 2023 | 15.800 lượt người | ---
KG171-FORM-OUT | năm 2024 | 15.800 lượt người | ---
KG171-FORM-OUT | năm 2025 | 15.500 lượt người | ---
KG171-NEW | năm 2021 | 19.000 người | nyy
KG171-NEW | năm 2022 | 19.000 người | nyy
KG171-NEW | năm 2023 | 18.500 người | nyy
KG171-NEW | năm 2024 | 18.000 người | nyy
KG171-NEW | năm 2025 | 18.000 người | nyy
KG18-NEW-JOBS | bình quân mỗi năm, đến năm 2030 | từ 15.000 đến 16.000 lao động | nyyy
KG18-ABROAD | cả giai đoạn, 2017 - 2020 | 300 lao động | nyy
KG18-ABROAD | cả giai đoạn, 2020 - 2030 | 1.000 lao động | nyy
KG18-SCHOOLS-KEY-TRADES | đến năm 2030 | 100% số trường | nyn
KG18-PROGRAMME-TARGETS | không ghi thời hạn | từ 100% trở lên | nyy
KG18-DRUG-NEW | mỗi năm, đến năm 2020 | từ 12 đến 15%/năm | yyyn
KG18-DRUG-NEW | đến năm 2030 | dưới 10%/năm | ynn
KG18-REGIONAL-SCHOOL | không ghi thời hạn | 1 cơ sở | nyy
KG18-CHILD-LAW | không ghi thời hạn | 100% | nyy
KG18-CHILD-SCHOOL | không ghi thời hạn | 90% | nyy
KG18-CHILD-COMMUNITY | không ghi thời hạn | 90% | nyy
KT710-AGRI-SHARE | đến năm 2025 | khoảng 61,6% | yyn
KT710-PRODUCTIVITY | bình quân mỗi năm, đến năm 2025 | trên 6,5%/năm | nny
KT710-TRAINED | đến năm 2025 | từ 44% trở lên | nyy
KT710-RETRAINED | đến năm 2025 | khoảng 25% lực lượng lao động | nyy
KT710-UNEMP | đến năm 2025 | dưới 3% | ynn
KT710-UNEMP-URBAN | đến năm 2025 | dưới 4% | ynn
KT710-UNEMP-URBAN-YOUTH | đến năm 2025 | dưới 7% | ynn
KT710-UNDEREMP-RURAL-YOUTH | đến năm 2025 | dưới 6% | ynn
KT710-SI | đến năm 2025 | từ 30% lực lượng lao động trong độ tuổi trở lên | nyy
KT710-SI-VOLUNTARY | đến năm 2025 | khoảng 1,2% lực lượng lao động trong độ tuổi | nyy
KT710-UI | đến năm 2025 | 25% lực lượng lao động trong độ tuổi | nyy
KT710-SI-SATISFACTION | đến năm 2025 | từ 85% trở lên | nyy
AG06-AGRI-SHARE | đến năm 2025 | dưới 35% | ynn
AG06-PRODUCTIVITY | bình quân mỗi năm, đến năm 2025 | từ 6,5%/năm trở lên | nyy
AG06-TRAINED | đến năm 2025 | từ 31,5% trở lên | nyy
AG06-UNEMP | đến năm 2025 | dưới 3,5% | ynn
AG06-UNEMP-URBAN | đến năm 2025 | dưới 4% | ynn
AG06-UNEMP-URBAN-YOUTH | đến năm 2025 | dưới 7% | ynn
AG06-UNDEREMP-RURAL-YOUTH | đến năm 2025 | dưới 6% | ynn
AG06-SI | đến năm 2025 | từ 25,13% lực lượng lao động trong độ tuổi trở lên | nyy
AG06-SI-VOLUNTARY | đến năm 2025 | 18,62% lực lượng lao động trong độ tuổi | nyy
AG06-UI | đến năm 2025 | 14,29% lực lượng lao động trong độ tuổi | nyy
AG06-SI-SATISFACTION | đến năm 2025 | từ 85% trở lên | nyy
DT20-JOBS | năm 2020 | từ 2.600 lao động trở lên | nyy
DT20-ABROAD | năm 2020 | từ 100 lao động trở lên | nyy
"""
ROWS = [tuple(line.split(" | ")) for line in SHEET.strip().splitlines()]
