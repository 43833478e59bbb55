# SPDX-License-Identifier: MIT
"""The vocabularies: whole in eleven languages, loud when broken, right about places."""

from pathlib import Path

import pytest

import matchmaker.vocabulary
from matchmaker.vocabulary import (
    LANGUAGES,
    PAIRING_MOVES,
    VocabularyError,
    bsr_eligible,
    can_move,
    canonical_region,
    load,
    moves,
    normalise_language,
    region_successors,
    regions,
    vocabulary,
)

FOLDER = Path(matchmaker.vocabulary.__file__).parent / "data" / "vocabularies"
NAMES = sorted(file.stem for file in FOLDER.glob("*.toml"))

CODES = {
    "kinds": "artist collective studio company festival venue museum hub support network "
    "authority institute education research ngo funder other",
    "sectors": "architecture archives crafts audiovisual heritage design festivals music "
    "literature performing_arts publishing radio visual_arts advertising games creative_tech other",
    "opportunity_types": "co_production co_creation residency touring joint_application "
    "distribution commission market_entry b2b_development research_training mentoring "
    "mobility space_sharing investment network_membership policy_pilot other",
    "themes": "climate labour resilience inclusion youth digital heritage_identity audience "
    "cross_innovation tourism wellbeing other",
    "stages": "idea concept seeking_partners application funded running market_ready completed",
    "sizes": "s1 s2_3 s4_9 s10_49 s50_249 s250",
    "decline_reasons": "wrong_sector wrong_stage competitor language timing capacity already_know "
    "not_cross_border other",
    "pairing_states": "suggested mutual in_review returned approved introduced met agreed applied "
    "funded cooperating declined expired withdrawn blocked",
    "verdicts": "approve return reject later",
    "interest_answers": "yes no later",
    "visibilities": "partners members public",
    "languages": "en da sv fi et lv lt pl de nb is fo se uk ru",
    "language_levels": "basic working fluent",
    "priorities": "nice prefer must",
    "countries": "DK EE FI DE IS LV LT NO PL SE AX FO GL",
}


@pytest.fixture
def write(tmp_path):
    """Write a vocabulary of two terms, changed by (old, new), and return its path."""

    def write(old="", new=""):
        terms = [
            f'[[term]]\ncode = "{code}"\n'
            + "".join(f'{language} = "{code} in {language}"\n' for language in LANGUAGES)
            for code in ("boat", "ferry")
        ]
        text = 'version = "1"\n' + "\n".join(terms)
        assert old in text
        path = tmp_path / "vessels.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_every_list_has_its_codes_in_order():
    found = {name: " ".join(vocabulary(name).codes) for name in NAMES if name != "regions"}

    assert found == CODES


@pytest.mark.parametrize("name", NAMES)
def test_every_term_speaks_eleven_languages(name):
    for term in vocabulary(name):
        assert tuple(term.labels) == LANGUAGES
        assert all(label == label.strip() != "" for label in term.labels.values())


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"regions"}))
def test_labels_are_translated_and_not_copied(name):
    terms = list(vocabulary(name))

    for language in LANGUAGES[1:]:
        same = [t.code for t in terms if t.label(language) == t.label("en")]
        assert len(same) <= len(terms) / 4, f"{language}: {same}"


def test_a_label_falls_back_to_english_and_an_unknown_code_to_itself():
    types = vocabulary("opportunity_types")

    assert types.label("residency", "lv") == "Rezidence"
    assert types.label("residency", "nn-NO") == "Residensopphold"
    assert types.label("residency", "uk") == "Residency"
    assert types.label("regatta", "lv") == "regatta"


def test_an_unknown_code_is_refused_by_name():
    kinds = vocabulary("kinds")

    assert "regatta" not in kinds
    assert kinds.get("regatta") is None
    with pytest.raises(VocabularyError, match="'regatta' is not a code of the vocabulary 'kinds'"):
        kinds["regatta"]
    with pytest.raises(VocabularyError, match="no vocabulary 'boats'"):
        vocabulary("boats")


def test_choices_follow_the_file_with_other_last():
    reasons = vocabulary("decline_reasons").choices("de")

    assert [code for code, _ in reasons] == CODES["decline_reasons"].split()
    assert reasons[-1] == ("other", "Anderer Grund")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sv", "DK EE FI FO GL IS LV LT NO PL SE DE AX"),  # Å after Z
        ("fi", "AX FO GL IS LV LT NO PL SE DE FI DK EE"),  # from Ahvenanmaa to Viro
        ("de", "AX DK DE EE FO FI GL IS LV LT NO PL SE"),  # Å and Ä are kinds of A
        ("pl", "DK EE FI GL IS LT LV DE NO PL SE AX FO"),  # Ł after L
    ],
)
def test_countries_stand_in_the_alphabet_of_the_reader(language, expected):
    found = [code for code, _ in vocabulary("countries").choices(language)]

    assert " ".join(found) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("no", "nb"),
        ("nn", "nb"),
        ("nb-NO", "nb"),
        ("NB_no", "nb"),
        ("en-GB", "en"),
        (" LV ", "lv"),
        ("uk", "uk"),
    ],
)
def test_language_tags_become_one_code(given, expected):
    assert normalise_language(given) == expected


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('lt = "ferry in lt"\n', "", "vessels.toml, term ferry: the label in 'lt' is missing"),
        ("boat in pl", "  ", "vessels.toml, term boat: the label in 'pl' is missing or empty"),
        ('code = "ferry"', 'code = "boat"', "vessels.toml, term boat: this code stands twice"),
        ("ferry in is", "Boat in is", "term ferry: the label 'Boat in is' in 'is' is also that"),
        ('da = "boat', 'dk = "boat', "vessels.toml, term boat: unknown key dk"),
        ('version = "1"', 'verson = "1"', "vessels.toml: unknown key verson"),
        ('version = "1"', "", "vessels.toml: it needs a version"),
        ('version = "1"', 'version = "1"\nextra = ["flag"]', "term boat: 'flag' is missing"),
        ('version = "1"', 'version = "1"\norder = "abc"', "the order is"),
        ('code = "ferry"\n', "", "vessels.toml: a term has no code"),
        ("[[term]]", "[[term]", "vessels.toml cannot be read"),
        ("[[term]]", '[[alias]]\ncode = "x"\nnow = ["y"]\n[[term]]', "alias x: it must lead"),
        ("[[term]]", '[[alias]]\ncode = "boat"\nnow = []\n[[term]]', "alias boat: this code"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(write, old, new, sentence):
    path = write(old, new)

    with pytest.raises(VocabularyError) as caught:
        load(path)

    assert sentence in str(caught.value)


def test_a_whole_file_is_read(write):
    vessels = load(write())

    assert (vessels.name, vessels.version, vessels.codes) == ("vessels", "1", ("boat", "ferry"))
    assert vessels["ferry"].label("da") == "ferry in da"


def test_every_move_leads_to_a_state_and_every_state_can_be_reached():
    reached, front = {"suggested"}, ["suggested"]
    while front:
        for target in moves(front.pop()):
            if target not in reached:
                reached.add(target)
                front.append(target)

    assert reached == set(PAIRING_MOVES) == set(vocabulary("pairing_states").codes)
    assert all(state not in targets for state, targets in PAIRING_MOVES.items())


def test_moves_are_those_of_the_table():
    assert moves("approved") == ("introduced", "withdrawn", "blocked")
    assert moves("blocked") == ()
    assert can_move("suggested", "mutual")
    assert not can_move("suggested", "introduced")
    assert {s for s in PAIRING_MOVES if can_move(s, "approved")} == {"in_review"}
    with pytest.raises(VocabularyError, match="'lost'"):
        moves("lost")


def test_every_state_has_a_phase():
    found = {state.code: state.extra["phase"] for state in vocabulary("pairing_states")}

    assert {code for code, phase in found.items() if phase == "closed"} == {
        "declined",
        "expired",
        "withdrawn",
        "blocked",
    }
    assert set(found.values()) == {"open", "live", "closed"}


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("DE", "DE30", True),
        ("DE", "DE21", False),
        ("DE", "DE93", True),
        ("DE", "DE94", False),
        ("DE", None, None),
        ("DE", "", None),
        ("NO", "NO07", False),
        ("NO", "NO06", True),
        ("NO", "NO0B", False),
        ("NO", "NO03", True),  # a code of NUTS 2016
        ("NO", None, None),
        ("IS", "IS00", False),
        ("IS", None, False),
        ("SE", "SE11", True),
        ("SE", None, True),
        ("AX", None, True),
        ("AX", "FI20", True),
        ("FO", None, False),
        ("GL", None, False),
    ],
)
def test_interreg_baltic_sea_region_is_computed_from_the_place(country, region, expected):
    assert bsr_eligible(country, region) is expected


def test_a_region_of_another_country_is_refused():
    with pytest.raises(VocabularyError, match="'SE11' is not in the country 'DE'"):
        bsr_eligible("DE", "SE11")


def test_a_country_is_in_the_programme_as_its_regions_are():
    for country in vocabulary("countries"):
        inside = {bool(region.extra["interreg_bsr"]) for region in regions(country.code)}
        expected = {"whole": {True}, "part": {True, False}, "outside": {False}}
        if inside:  # the Faroe Islands and Greenland have no regions
            assert inside == expected[country.extra["interreg_bsr"]], country.code


def test_regions_are_complete_and_carry_their_version():
    counts = {c: len(regions(c)) for c in vocabulary("countries").codes}

    assert counts == {
        "DK": 5, "EE": 1, "FI": 5, "DE": 38, "IS": 1, "LV": 1, "LT": 2,
        "NO": 7, "PL": 17, "SE": 8, "AX": 1, "FO": 0, "GL": 0,
    }  # fmt: skip
    assert vocabulary("regions").version == "NUTS 2021"
    assert all(region.code.startswith(region.extra["country"]) for region in vocabulary("regions"))


def test_a_region_without_an_exonym_has_its_native_name():
    region = vocabulary("regions")["DE80"]

    assert region.label("pl") == "Meklemburgia-Pomorze Przednie"
    assert region.label("et") == "Mecklenburg-Vorpommern"


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("SE11", "SE11"),
        (" fi1b ", "FI1B"),
        ("DE300", "DE30"),  # NUTS 3
        ("LT00", "LT02"),  # most people live outside the capital region
        ("LT00A", "LT01"),  # the county of Vilnius in NUTS 2013
        ("LT011", "LT01"),
        ("NO01", "NO08"),
        ("NO02", "NO02"),
        ("NO05", "NO0A"),
        ("NO043", "NO0A"),
        ("NO033", "NO09"),
        ("PL127", "PL91"),
        ("PL33", "PL72"),
    ],
)
def test_an_old_region_code_leads_to_todays(old, today):
    assert canonical_region(old) == today


def test_a_region_that_was_split_names_its_parts():
    assert region_successors("NO03") == ("NO08", "NO09")


@pytest.mark.parametrize("code", ["", "XX99", "DE3", "FR10", "DE30000"])
def test_a_code_that_is_no_region_is_refused(code):
    with pytest.raises(VocabularyError, match="is not a NUTS region"):
        canonical_region(code)
