"""Real ODT, ODP, ODS and XLSX files, made when a test needs them."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from odfdo import Document, Element
from xlsxwriter import Workbook

TEXT_STYLES = """
<style:style style:name="White" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="OnBlue" style:family="text" style:parent-style-name="White"><style:text-properties
 fo:background-color="#003399"/></style:style>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Tiny" style:family="text"><style:text-properties fo:font-size="0.5pt"/></style:style>
<style:style style:name="Band" style:family="graphic"><style:graphic-properties draw:fill="solid"
 draw:fill-color="#003399"/></style:style>
<style:style style:name="Bare" style:family="graphic"><style:graphic-properties draw:fill="none"/></style:style>
<style:style style:name="HiddenPage" style:family="drawing-page"><style:drawing-page-properties
 presentation:visibility="hidden"/></style:style>
<style:style style:name="BluePage" style:family="drawing-page"><style:drawing-page-properties draw:fill="solid"
 draw:fill-color="#003399"/></style:style>
<style:style style:name="Quiet" style:family="table-row"/>
"""
TEXT = """
<text:p text:style-name="Title">Comité syndical du 12 juin</text:p>
<text:h text:outline-level="1">Budget</text:h>
<text:p>Le budget primitif<!-- remarque --> est adopté<text:s text:c="2"/>à l'unanimité.
<text:span text:style-name="White">Instruction blanche.</text:span>
<text:span text:style-name="OnBlue">Un mot blanc sur bleu.</text:span>
<text:span text:style-name="Gone">Instruction cachée.</text:span>
<text:span text:style-name="Tiny">Instruction minuscule.</text:span>
<office:annotation><text:p>Instruction en commentaire.</text:p></office:annotation></text:p>
<text:p>Les points suivants sont retenus<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body><text:p>Instruction en note.</text:p></text:note-body></text:note> :</text:p>
<text:list><text:list-item><text:p>la fibre pour les écoles</text:p><text:list><text:list-item>
<text:p>celles des hameaux d'abord</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>le wifi des collèges</text:p></text:list-item></text:list>
<text:h text:outline-level="2">Travaux</text:h>
<table:table><table:table-column table:number-columns-repeated="2"/><table:table-header-rows><table:table-row>
<table:table-cell><text:p>Commune</text:p></table:table-cell><table:table-cell><text:p>Prises</text:p>
</table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>Albert</text:p>
</table:table-cell><table:table-cell><text:p>5 400</text:p></table:table-cell></table:table-row><table:table-row
 table:visibility="collapse"><table:table-cell><text:p>Instruction repliée</text:p></table:table-cell></table:table-row>
</table:table>
<text:p>Voir l'encadré.<draw:frame draw:style-name="Bare" svg:width="5cm" svg:height="2cm"><draw:text-box>
<text:p>Un encadré dit le reste.</text:p></draw:text-box></draw:frame></text:p>
<text:section text:name="s" text:display="none"><text:p>Instruction de section.</text:p></text:section>
<text:table-of-content><text:index-body><text:p>Instruction de sommaire</text:p></text:index-body>
</text:table-of-content>
"""


def open_text(title: str = "") -> bytes:
    """The minutes of a meeting, as LibreOffice Writer keeps them."""
    return _document("text", TEXT, title)


def open_slides(title: str = "Le numérique dans la Somme") -> bytes:
    """Six slides; the third is hidden, the fourth is blue, the sixth is empty."""
    return _document("presentation", "".join(_slide(number) for number in range(1, 7)), title)


def _slide(number: int) -> str:
    style = {3: ' draw:style-name="HiddenPage"', 4: ' draw:style-name="BluePage"'}.get(number, "")
    master = ' draw:master-page-name="presentation"'
    if number == 6:
        return f"<draw:page{master}/>"
    white = '<text:span text:style-name="White">{}</text:span>'
    boxes = {
        1: _box(white.format("Instruction blanche."), 2, 12)
        + '<draw:custom-shape draw:style-name="Band" svg:x="2cm" svg:y="14cm" svg:width="8cm" svg:height="2cm"/>'
        + _box(white.format("Blanc sur un bandeau bleu"), 2, 14)
        + _box("Instruction hors de la diapositive.", 60, 3),
        2: "<draw:g>" + _box("À droite du groupe", 14, 8) + _box("À gauche du groupe", 2, 8) + "</draw:g>"
        + '<draw:frame svg:x="2cm" svg:y="12cm" svg:width="9cm" svg:height="3cm"><table:table><table:table-row>'
        "<table:table-cell><text:p>Corbie</text:p></table:table-cell><table:table-cell><text:p>3 120</text:p>"
        "</table:table-cell></table:table-row></table:table></draw:frame>",
        4: _box(white.format("Blanc sur une page bleue"), 2, 12),
    }.get(number, "")  # fmt: skip
    notes = _box("Rappeler que Corbie est achevée.", 2, 15, "notes") if number == 2 else ""
    return (
        f"<draw:page{style}{master}>"
        + _box("<text:list><text:list-item><text:p>"
               f"Le thème {number} avance.</text:p></text:list-item></text:list>", 2, 5, "outline")
        + _box(f"Sujet numéro {number}", 2, 2, "title")
        + boxes
        + _box("Somme Numérique - comité syndical", 2, 20)
        + _box(f"{number}", 25, 20)
        + f"<presentation:notes>{notes}</presentation:notes></draw:page>"
    )  # fmt: skip


def _box(text: str, x: float, y: float, role: str = "") -> str:
    inner = text if text.startswith("<text:list") else f"<text:p>{text}</text:p>"
    role = f' presentation:class="{role}"' if role else ""
    return (
        f'<draw:frame{role} draw:style-name="Bare" svg:x="{x}cm" svg:y="{y}cm" svg:width="8cm" svg:height="1cm">'
        f"<draw:text-box>{inner}</draw:text-box></draw:frame>"
    )


def open_sheets() -> bytes:
    """A sheet with a hidden row and a hidden column."""
    rows = "".join(
        f"<table:table-row{mark}>{''.join(_cell(value) for value in values)}</table:table-row>"
        for mark, values in (
            ('  table:number-rows-repeated="2"', ("",)),
            ("", ("", "Commune", "Instruction", "Prises")),
            ("", ("", "Albert", "Instruction", 5400)),
            (' table:visibility="collapse"', ("", "Instruction", "Instruction", 1)),
            ("", ("", "Corbie", "Instruction", 3120.5)),
        )
    )
    columns = (
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
        "<table:table-column/>"
    )
    return _document("spreadsheet", f'<table:table table:name="Prises">{columns}{rows}</table:table>', "")


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    told = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {told}><text:p>{value}</text:p></table:table-cell>"


def _document(kind: str, body: str, title: str) -> bytes:
    document = Document.new(kind)
    document.body.clear()
    styles = document.content.get_element("//office:automatic-styles")
    assert styles is not None
    for xml, parent in ((body, document.body), (TEXT_STYLES, styles)):
        for element in Element.from_tag(f"<office:body>{xml}</office:body>").children:
            parent.append(element)
    document.meta.title = title
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def workbook() -> bytes:
    """Three sheets: figures with a hidden row and a hidden column, a hidden sheet, one that nobody named."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Prises")
        sheet.write(1, 1, "Suivi des prises")
        for row, cells in enumerate((("Commune", "Prises", "Achèvement", "Taux", "Ouvert"), ("Albert", 5400.0))):
            sheet.write_row(3 + row, 1, cells)
        sheet.write_datetime(4, 3, datetime(2024, 3, 12), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_row(4, 4, (97.65, True))
        sheet.write_row(6, 1, ("Instruction", 1))
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.write_row(7, 1, ("Corbie", 3120))
        sheet.write_column(3, 7, ("Instruction", "Instruction"))
        sheet.set_column(7, 7, None, None, {"hidden": True})
        hidden = book.add_worksheet("Brouillon")
        hidden.write(0, 0, "Instruction d'une feuille cachée")
        hidden.hide()
        unnamed = book.add_worksheet("Feuil1")
        for row, cells in enumerate((("", 2022, 2023), ("Doullens", 3, 4), ("Péronne", 5, 6))):
            unnamed.write_row(row, 0, cells)
    return file.getvalue()
