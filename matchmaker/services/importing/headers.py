# SPDX-License-Identifier: MIT
"""Which column holds what: headings as people write them, in eleven languages."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from matchmaker.errors import N_, RefusedError
from matchmaker.services.plain import plain_line
from matchmaker.store.base import SPELLED

JOINED = ("does", "offers", "seeks", "sectors", "working_languages", "themes")
"""Fields that several columns may feed: their values are put together in the order of the file."""

IGNORE = "-"  # --map COLUMN=- leaves a column out that would be recognised

_HEADINGS: dict[str, str] = {
    "name": """
        name, organisation name, organization name, organisation, organization, legal name,
        company, company name, actor, name of organisation, organisation legal name;
        navn, organisationens navn, virksomhed; namn, organisationens namn, företag;
        nimi, organisaatio, organisaation nimi, yritys; nimetus, organisatsioon, asutus;
        nosaukums, organizācija, organizācijas nosaukums; pavadinimas, organizacija,
        organizacijos pavadinimas; nazwa, organizacja, nazwa organizacji, podmiot;
        name der organisation, einrichtung, firma; organisasjon, organisasjonens navn;
        nafn, heiti, félag, fyrirtæki, nafn félags""",
    "kind": """
        kind, type, organisation type, organization type, type of organisation, actor kind;
        art, organisationstype; typ, organisationstyp; tyyppi, organisaatiotyyppi; liik, tüüp;
        veids, tips, organizācijas veids; tipas, rūšis, organizacijos tipas;
        rodzaj, typ organizacji; organisationsart, organisationsform; organisasjonstype;
        tegund, gerð""",
    "country": """
        country, country code, nation; land, landekode, landskod; maa, maakoodi; riik;
        valsts; šalis, valstybė; kraj, państwo; staat, ländercode; landkode; ríki""",
    "region": """
        region, nuts, nuts 2, nuts code, nuts2 code, county, province; landsdel; län, landskap;
        maakunta, alue; piirkond, maakond, regioon; reģions; regionas, apskritis; województwo;
        bundesland; fylke; landshluti""",
    "city": """
        city, town, place, municipality; by, kommune; stad, ort, kommun;
        kaupunki, paikkakunta, kunta; linn, asukoht; pilsēta; miestas; miasto, miejscowość;
        stadt; sted; borg, bær, staður""",
    "website": """
        website, web site, web, url, www, homepage, home page, web page, web address, link;
        hjemmeside, websted; webbplats, hemsida, webbsida; verkkosivu, verkkosivut, kotisivu,
        kotisivut; veebileht, koduleht; tīmekļa vietne, tīmekļvietne, mājaslapa;
        svetainė, interneto svetainė, tinklalapis; strona internetowa, strona www;
        webseite, internetseite; nettside, nettsted; vefsíða, vefur, heimasíða""",
    "year_founded": """
        year founded, founded, year, established, founding year, year of foundation;
        stiftet, grundlagt, stiftelsesår; grundad, grundades, startår; perustettu,
        perustamisvuosi; asutatud, asutamisaasta; dibināts, dibināšanas gads;
        įkurta, įkūrimo metai; rok założenia, założono; gegründet, gründungsjahr;
        stofnað, stofnár""",
    "size": """
        size, staff, employees, number of employees, people; størrelse, ansatte, antal ansatte;
        storlek, anställda, antal anställda; koko, henkilöstö, työntekijät, henkilöstömäärä;
        suurus, töötajad, töötajate arv; lielums, darbinieki, darbinieku skaits;
        dydis, darbuotojai, darbuotojų skaičius; wielkość, pracownicy, liczba pracowników;
        größe, mitarbeiter, mitarbeitende, anzahl mitarbeitende; antall ansatte;
        stærð, starfsmenn, fjöldi starfsmanna""",
    "sectors": """
        sectors, sector, field, fields, discipline, disciplines, industry, subsector;
        sektor, sektorer, branche, brancher; bransch, branscher; toimiala, toimialat, ala, alat;
        valdkond, valdkonnad; nozare, nozares; sektorius, sektoriai, sritis, sritys;
        branża, branże, sektory, dziedzina; sparte, sparten, branchen; bransje, bransjer;
        grein, greinar, svið""",
    "does": """
        does, what we do, description, about, about us, profile, summary, activities, activity,
        short description, mission; beskrivelse, om os, hvad vi laver; beskrivning, om oss,
        verksamhet, vad vi gör; kuvaus, esittely, toiminta, mitä teemme; kirjeldus, tutvustus,
        tegevus; apraksts, darbība, par mums; aprašymas, veikla, apie mus; opis, działalność,
        o nas; beschreibung, tätigkeit, über uns; lýsing, starfsemi, um okkur""",
    "language": """
        language, lang, text language, language of text; tekstens sprog; textens språk;
        kieli, tekstin kieli; keel; valoda; kalba; język; sprache; tekstspråk""",
    "offers": """
        offers, offer, we offer, offering, can offer; tilbud, tilbyder, vi tilbyder; erbjuder,
        erbjudanden, vi erbjuder; tarjoaa, tarjoamme, tarjonta; pakub, pakume, pakkumised;
        piedāvā, piedāvājam, piedāvājums; siūlo, siūlome, pasiūlymai; oferuje, oferujemy, oferta;
        bietet, wir bieten, angebot, angebote; tilbyr, vi tilbyr; býður, bjóðum, við bjóðum""",
    "seeks": """
        seeks, seek, seeking, we seek, looking for, needs, wants; søger, vi søger;
        söker, vi söker, behov; etsii, etsimme, tarpeet; otsib, otsime, vajadused;
        meklē, meklējam; ieško, ieškome; szuka, szukamy, poszukuje, poszukujemy;
        sucht, wir suchen, gesucht, gesuche; søker, vi søker; leitar, leitum að, óskum eftir""",
    "working_languages": """
        working languages, languages, working langs, spoken languages; arbejdssprog, sprog;
        arbetsspråk, språk; työkielet, kielet; töökeeled, keeled; darba valodas, valodas;
        darbo kalbos, kalbos; języki robocze, języki; arbeitssprachen, sprachen;
        arbeidsspråk; vinnumál, tungumál""",
    "themes": "themes, theme, topics; temaer; teman; teemat; teemad; tēmas; temos; tematy; themen",
    "contact_name": """
        contact name, contact, contact person; kontakt, kontaktperson; yhteyshenkilö;
        kontaktisik; kontaktpersona; kontaktinis asmuo; osoba kontaktowa, osoba do kontaktu;
        ansprechpartner, ansprechperson, ansprechpartnerin; tengiliður""",
    "contact_email": """
        contact email, email, e-mail, mail, email address; e-post, e-postadress, e-mailadresse;
        sähköposti, sähköpostiosoite; meiliaadress, e-posti aadress; e-pasts, e-pasta adrese;
        el. paštas, el. pašto adresas; adres e-mail; e-mail-adresse, e-postadresse;
        netfang, tölvupóstur""",
    "contact_phone": """
        contact phone, phone, telephone, tel, mobile, phone number; telefon, telefonnummer, tlf;
        mobil; puhelin, puhelinnumero; telefoninumber; tālrunis, telefons; telefonas,
        telefono numeris; nr telefonu, numer telefonu; handy; sími, símanúmer""",
    "external_id": """
        external id, id, ref, reference, organisation id, organization id, registration number,
        pic, pic number; cvr, cvr-nummer; organisationsnummer, orgnr; y-tunnus; registrikood;
        reģistrācijas numurs; įmonės kodas; krs, regon; organisasjonsnummer; kennitala""",
}
FIELDS = tuple(_HEADINGS)


def fold(text: str) -> str:
    """Return letters and digits only, without case and accents, in whatever script."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELLED)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@cache
def headings() -> Mapping[str, str]:
    """Return folded heading -> field."""
    found: dict[str, str] = {}
    for name, listed in _HEADINGS.items():
        for heading in (name, *listed.replace(";", ",").split(",")):
            owner = found.setdefault(fold(heading), name)
            assert owner == name, f"the heading {heading} stands for {owner} and {name}"
    return found


def is_known(heading: str) -> bool:
    """Tell whether a heading is recognised without being mapped by hand."""
    return fold(heading) in headings()


def assign(columns: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Return column -> field for every column; empty where it is ignored.

    What is ``wanted`` (column -> field, from the person) goes first; a field that it names is
    not looked for among the other columns. Of two columns with a heading for the same field
    the first is used.

    Raises
    ------
    RefusedError
        A column or a field that does not exist, one field wanted twice that holds one value,
        or no column for the name.
    """
    found = dict.fromkeys(columns, "")
    chosen = _chosen(columns, wanted)
    taken = set(chosen.values())
    for column in columns:
        if column in chosen:
            found[column] = chosen[column].removeprefix(IGNORE)
            continue
        name = headings().get(fold(column), "")
        if name and name not in taken:
            found[column] = name
            taken.add(name)
    if "name" not in found.values():
        raise RefusedError(
            N_(
                "No column holds the name. The columns are: %(columns)s. "
                'Say which one it is, like this: --map "%(example)s=name"'
            ),
            columns=", ".join(map(plain_line, columns)),
            example=plain_line(columns[0]) if columns else "",
        )
    return found


def _chosen(columns: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    by_fold = {fold(column): column for column in reversed(columns)}
    chosen: dict[str, str] = {}
    for heading, name in wanted.items():
        column = heading if heading in columns else by_fold.get(fold(heading), "")
        if not column:
            raise RefusedError(
                N_("There is no column “%(heading)s”. The columns are: %(columns)s."),
                heading=plain_line(heading),
                columns=", ".join(map(plain_line, columns)),
            )
        check_field(name)
        if name in chosen.values() and name not in (*JOINED, IGNORE):
            raise RefusedError(
                N_("Two columns are mapped to %(field)s, which holds one value. Choose one."),
                field=name,
            )
        chosen[column] = name
    return chosen


def check_field(name: str) -> None:
    """Raise RefusedError when there is no such field."""
    if name not in (*FIELDS, IGNORE):
        raise RefusedError(
            N_("There is no field “%(field)s”. The fields are: %(fields)s."),
            field=plain_line(name),
            fields=", ".join(FIELDS),
        )
